#define _GNU_SOURCE
#include "signal_pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static int ends[2] = {-1, -1};

int signal_pipe_open(void) {
    return pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0 ? ends[0] : -1;
}

static void received(int number) {
    int saved_errno = errno;
    unsigned char byte = (unsigned char)number;
    // Into a full pipe nothing more needs to be written: the reader is about to read it.
    (void)!write(ends[1], &byte, 1);
    errno = saved_errno;
}

int signal_pipe_watch(int number) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = received;
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    return sigaction(number, &action, NULL);
}

void signal_pipe_wake(void) {
    received(0);
}
