// The parts of Linux that Swift's Glibc module leaves out.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

// Declared by <string.h> only for those who ask for GNU extensions.
extern const char *sigabbrev_np(int signal);

// prctl(2) and syscall(2) are variadic, which Swift cannot call.

/// Has the kernel send this process a signal when the thread that started it ends.
static inline int linux_set_parent_death_signal(int signal) {
    return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0UL, 0UL, 0UL);
}

/// Makes orphans among this process's descendants its children, so that it can reap them.
static inline int linux_become_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
}

/// A descriptor that becomes readable when any process, not just a child, has ended.
static inline int linux_pidfd_open(int pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

/// Makes a pipe whose ends no child inherits, not even one that is being started right now.
static inline int linux_pipe(int ends[2]) {
    return (int)syscall(SYS_pipe2, ends, O_CLOEXEC);
}

static inline void *linux_wait_for_end(void *pipe_end) {
    char byte;
    (void)!read(*(int *)pipe_end, &byte, 1);
    return NULL;
}

/// Whether so many threads, at most 16, can be started at once; processes count alike (setrlimit(2)).
static inline int linux_can_start_threads(int count) {
    int ends[2];
    pthread_t threads[16];
    int started = 0;
    if (count > 16 || linux_pipe(ends) != 0) return 0;
    while (started < count && pthread_create(&threads[started], NULL, linux_wait_for_end, &ends[0]) == 0) started++;
    close(ends[1]);
    for (int i = 0; i < started; i++) pthread_join(threads[i], NULL);
    close(ends[0]);
    return started == count;
}
