// The worker program. In C, since a fork server's first thread must not run Swift; see fork_server.c.
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "fork_server.h"

// In Swift, see WorkerEntry.swift.
extern void taskdeck_warm_up(void);
extern void taskdeck_work(void);
extern void taskdeck_worker_main(void);

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    // Every thread would get an arena of its own, whose first pages cost more than a lock.
    mallopt(M_ARENA_MAX, 1);
    if (argc == 2 && strcmp(argv[1], LINUX_FORK_SERVER_ARGUMENT) == 0)
        return linux_run_fork_server(STDIN_FILENO, taskdeck_warm_up, taskdeck_work);
    taskdeck_worker_main();
}
