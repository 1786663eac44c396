// The parts of Linux that Swift's Glibc module leaves out.
#include <fcntl.h>
#include <linux/sched.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

// Declared by <string.h> only for those who ask for GNU extensions.
extern const char *sigabbrev_np(int signal);

// prctl(2) and syscall(2) are variadic, which Swift cannot call.

/// Has the kernel send this process a signal when the thread that started it ends.
static inline int linux_set_parent_death_signal(int signal) {
    return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0UL, 0UL, 0UL);
}

/// Schedules this thread, and those that it starts, as SCHED_BATCH: waking one does not preempt a running thread.
static inline void linux_set_sched_batch(void) {
    struct sched_param parameters = {0};
    // Only an optimization, so not allowed is no error.
    sched_setscheduler(0, SCHED_BATCH, &parameters);
}

/// Has all threads allocate from one heap, which grows in larger steps than those of threads.
static inline void linux_use_one_heap(void) { mallopt(M_ARENA_MAX, 1); }

/// Makes orphans among this process's descendants its children, so that it can reap them.
static inline int linux_become_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
}

/// A descriptor that becomes readable when any process, not just a child, has ended.
static inline int linux_pidfd_open(int pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

/// Whether a path is that of a file with bytes of its own: 1, 0 for anything else, or -1 with errno when it is not there.
static inline int linux_is_regular_file(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? S_ISREG(status.st_mode) : -1;
}

/// Whether a path is that of a directory: 1, or 0 for anything else.
static inline int linux_is_directory(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

// In a program that is linked statically, `stat` belongs to whichever module includes it first, which varies.

/// What an open file is.
struct linux_file_status {
    int is_regular;
    unsigned int permissions;
    unsigned int owner;
};

/// Reads what an open file is; 0, or -1 with errno.
static inline int linux_read_file_status(int file, struct linux_file_status *result) {
    struct stat status;
    if (fstat(file, &status) != 0) return -1;
    result->is_regular = S_ISREG(status.st_mode);
    result->permissions = status.st_mode & 07777;
    result->owner = status.st_uid;
    return 0;
}

/// Gives a file another name, which no file has; 0, or -1 with errno, EEXIST if one has it.
static inline int linux_rename_new(const char *old_path, const char *new_path) {
    if (syscall(SYS_renameat2, AT_FDCWD, old_path, AT_FDCWD, new_path, 1U /* RENAME_NOREPLACE */) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
    // Where the file system does not know that.
    return link(old_path, new_path) == 0 ? unlink(old_path) : -1;
}

/// Makes a pipe whose ends no child inherits, not even one that is being started right now.
static inline int linux_pipe(int ends[2]) {
    return (int)syscall(SYS_pipe2, ends, O_CLOEXEC);
}

/// The child that has ended first of those that have not been reaped; 0 when there is none, -1 without children.
static inline int linux_ended_child(void) {
    siginfo_t info;
    info.si_pid = 0;
    int result;
    do result = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
    while (result < 0 && errno == EINTR);
    return result == 0 ? info.si_pid : -1;
}

/// A child that a signal has stopped or continued since this was last asked about it, and which of both; 0 when there is
/// none, -1 without children. Reaps none: it does not ask for ends.
static inline int linux_next_stop(int *is_stopped) {
    siginfo_t info;
    info.si_pid = 0;
    int result;
    do result = waitid(P_ALL, 0, &info, WSTOPPED | WCONTINUED | WNOHANG);
    while (result < 0 && errno == EINTR);
    if (result != 0) return -1;
    *is_stopped = info.si_code != CLD_CONTINUED;
    return info.si_pid;
}

/// Reads a file of proc(5) about a process, `/proc/PID/NAME`, as far as the buffer goes; the number of bytes, or -1 with
/// errno.
static inline long linux_read_process_file(int pid, const char *name, void *buffer, size_t size) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    size_t total = 0;
    ssize_t count;
    while (total < size && ((count = read(file, (char *)buffer + total, size - total)) > 0 || (count < 0 && errno == EINTR)))
        if (count > 0) total += (size_t)count;
    int error = errno;
    close(file);
    errno = error;
    return total == 0 && size > 0 && count < 0 ? -1 : (long)total;
}

static int linux_child_events = -1;

static inline void linux_child_has_changed(int signal) {
    (void)signal;
    int error = errno;
    uint64_t one = 1;
    (void)!write(linux_child_events, &one, sizeof one);
    errno = error;
}

/// A descriptor that becomes readable when a child has ended, was stopped or goes on (eventfd(2)); or -1. To be called
/// once.
static inline int linux_watch_children(void) {
    linux_child_events = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (linux_child_events < 0) return -1;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = linux_child_has_changed;
    action.sa_flags = SA_RESTART;
    // The parent may have left the signal blocked, or ignored.
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    if (sigaction(SIGCHLD, &action, NULL) != 0) return -1;
    pthread_sigmask(SIG_UNBLOCK, &mask, NULL);
    return linux_child_events;
}

