#define _GNU_SOURCE
#include "signal_pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int ends[2] = {-1, -1};

int signal_pipe_open(void) {
    return pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0 ? ends[0] : -1;
}

static void received(int number) {
    int saved_errno = errno;
    unsigned char byte = (unsigned char)number;
    // A full pipe needs nothing more: the reader is about to read it.
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

// The kernel's own struct. Where it has no restorer, the last two members are read and written back as they are.
struct kernel_action {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    unsigned long mask;
};

static void ignore(int number) {
    (void)number;
}

void signal_ignore_reserved(void) {
    struct sigaction before, action;
    memset(&action, 0, sizeof action);
    action.sa_handler = ignore;
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGUSR1, &action, &before) != 0) return;
    struct kernel_action complete;
    if (syscall(SYS_rt_sigaction, SIGUSR1, NULL, &complete, sizeof complete.mask) == 0) {
        for (int number = 32; number < __libc_current_sigrtmin(); number++) {
            struct kernel_action current;
            if (syscall(SYS_rt_sigaction, number, NULL, &current, sizeof current.mask) == 0
                && current.handler == SIG_DFL)
                syscall(SYS_rt_sigaction, number, &complete, NULL, sizeof complete.mask);
        }
    }
    sigaction(SIGUSR1, &before, NULL);
}
