// Programs that are hard to end, to pause and to find: one for each name.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// Computes and sleeps by turns, without end.
static _Noreturn void work(void) {
    const struct timespec moment = {0, 1000000};
    for (;;) {
        for (volatile int i = 0; i < 20000; i++) {}
        nanosleep(&moment, NULL);
    }
}

static void *work_on_thread(void *unused) {
    (void)unused;
    work();
}

static void ready(void) { (void)!write(STDOUT_FILENO, "ready\n", 6); }

static void start_workers(int count, void (*prepare)(void)) {
    for (int i = 0; i < count; i++)
        if (fork() == 0) {
            if (prepare) prepare();
            work();
        }
}

static void begin_session(void) { setsid(); }

static void fork_again(void) {
    if (fork() > 0) _exit(0);
    setsid();
    if (fork() > 0) _exit(0);
}

static void ignore_all(void) {
    for (int i = 1; i < 65; i++) signal(i, SIG_IGN);
}

/// The number of hops that chains make as fast as they can: more could fill the system's table of processes.
enum { FAST_HOPS = 6000 };

/// Forks a child, which begins a session, forks the next one and exits, and so on.
static void start_chains(int count) {
    atomic_int *hops = mmap(NULL, sizeof *hops, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < count; i++)
        if (fork() == 0)
            for (;;) {
                pid_t parent = getpid();
                pid_t pid = fork();
                if (pid > 0) _exit(0);
                // Where there is no room for another process, the chain waits for some.
                if (pid < 0) {
                    usleep(1000);
                    continue;
                }
                setsid();
                // Afterwards each hop waits until the last one has been reaped.
                if (atomic_fetch_add(hops, 1) >= FAST_HOPS)
                    while (kill(parent, 0) == 0) usleep(20);
            }
}

/// Starts some thousand processes of one session each, and goes on forking.
static _Noreturn void storm(int count) {
    signal(SIGCHLD, SIG_IGN);
    for (int i = 0; i < count; i++)
        if (fork() == 0) {
            setsid();
            for (;;) pause();
        }
    ready();
    for (;;) {
        if (fork() == 0) {
            setsid();
            if (fork() == 0) usleep(100);
            _exit(0);
        }
        usleep(100);
    }
}

static void spawn_and_wait(void) {
    if (vfork() == 0) {
        execl("/bin/sleep", "sleep", "600", NULL);
        _exit(127);
    }
}

/// Waits in vfork(2), in state D, until the child has ended, which works.
static void wait_in_vfork(void) {
    if (vfork() == 0) {
        for (;;) {
            for (volatile int i = 0; i < 20000; i++) {}
            usleep(1000);
        }
    }
}

int main(int argc, char **argv) {
    // What uses the processor all the time leaves it to other tests.
    nice(19);
    const char *name = argc > 1 ? argv[1] : "";
    int count = argc > 2 ? atoi(argv[2]) : 0;
    if (strcmp(name, "fork") == 0) {
        start_workers(3, NULL);
    } else if (strcmp(name, "double-fork") == 0) {
        start_workers(2, fork_again);
    } else if (strcmp(name, "setsid") == 0) {
        start_workers(3, begin_session);
    } else if (strcmp(name, "leave") == 0) {
        // The leader ends at once, and leaves three behind.
        start_workers(3, begin_session);
        ready();
        return 3;
    } else if (strcmp(name, "ignore") == 0) {
        ignore_all();
        start_workers(2, begin_session);
    } else if (strcmp(name, "stop") == 0) {
        start_workers(1, NULL);
        if (fork() == 0) {
            raise(SIGSTOP);
            work();
        }
        ready();
        raise(SIGSTOP);
        work();
    } else if (strcmp(name, "close") == 0) {
        ready();
        for (int i = 0; i < 1024; i++) close(i);
        start_workers(2, NULL);
        work();
    } else if (strcmp(name, "chain") == 0) {
        start_chains(count);
    } else if (strcmp(name, "storm") == 0) {
        storm(count);
    } else if (strcmp(name, "spawn") == 0) {
        spawn_and_wait();
    } else if (strcmp(name, "vfork") == 0) {
        ready();
        wait_in_vfork();
    } else if (strcmp(name, "thread") == 0) {
        // The first thread ends, the process does not.
        pthread_t thread;
        pthread_create(&thread, NULL, work_on_thread, NULL);
        ready();
        pthread_exit(NULL);
    } else if (strcmp(name, "core") == 0) {
        abort();
    } else if (strcmp(name, "descriptors") == 0) {
        for (int i = 0; i < 4096; i++)
            if (fcntl(i, F_GETFD) >= 0) dprintf(STDOUT_FILENO, "%d ", i);
        dprintf(STDOUT_FILENO, "\n");
        return 0;
    } else {
        return 64;
    }
    ready();
    work();
}
