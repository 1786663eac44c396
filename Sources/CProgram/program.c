// The start of a program: fork(2) by a process with several threads. After it the child makes system calls only, since
// any lock of the C library may have been held by another thread.
#define _GNU_SOURCE
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// MARK: - The child

/// The lowest numbers that are not the program's: for errors, and for the release.
enum { ERRORS = LINUX_PROGRAM_DESCRIPTORS, RELEASE, FREE };

static _Noreturn void fail(int errors, int step) {
    const struct linux_program_error error = {step, errno};
    // The parent may have ended.
    (void)!write(errors, &error, sizeof error);
    _exit(127);
}

static void reset_signals(void) {
    // The kernel's own struct, all zero: the default. The C library's function refuses two of the signals.
    const unsigned long action[4] = {0};
    for (int signal = 1; signal <= 64; signal++) syscall(SYS_rt_sigaction, signal, action, NULL, 8UL);
}

/// Moves the descriptors to their numbers, whichever they have, and closes all others.
static void set_descriptors(const struct linux_program *program, int errors, int release) {
    int all[FREE];
    memcpy(all, program->descriptors, sizeof program->descriptors);
    all[ERRORS] = errors;
    all[RELEASE] = release;
    for (int i = 0; i < FREE; i++)
        if ((all[i] = fcntl(all[i], F_DUPFD_CLOEXEC, FREE)) < 0) fail(errors, LINUX_STEP_DESCRIPTORS);
    for (int i = 0; i < FREE; i++)
        if (dup3(all[i], i, i < LINUX_PROGRAM_DESCRIPTORS ? 0 : O_CLOEXEC) < 0)
            fail(all[ERRORS], LINUX_STEP_DESCRIPTORS);
    syscall(SYS_close_range, (unsigned)FREE, ~0U, 0U);
}

static _Noreturn void run(const struct linux_program *program, pid_t parent, int errors, int release) {
    setsid();
    prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0UL, 0UL, 0UL);
    if (getppid() != parent) _exit(127);
    reset_signals();
    umask(022);
    set_descriptors(program, errors, release);
    if (chdir(program->directory) != 0) fail(ERRORS, LINUX_STEP_DIRECTORY);
    char byte;
    ssize_t count;
    do count = read(RELEASE, &byte, 1);
    while (count < 0 && errno == EINTR);
    if (count != 1) _exit(127);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(program->file, program->arguments, program->environment);
    fail(ERRORS, LINUX_STEP_EXECUTE);
}

// MARK: - The parent

/// As fork(2), in a control group.
static pid_t fork_into(int control_group) {
    if (control_group < 0) return fork();
#ifdef CLONE_INTO_CGROUP
    struct clone_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.flags = CLONE_INTO_CGROUP;
    arguments.exit_signal = SIGCHLD;
    arguments.cgroup = (uint64_t)control_group;
    pid_t pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
    // Whatever is wrong with the group or the call, fork(2) may still work.
    if (pid < 0) errno = EOPNOTSUPP;
    return pid;
#else
    errno = EOPNOTSUPP;
    return -1;
#endif
}

int linux_fork_program(const struct linux_program *program, struct linux_forked_program *forked) {
    int errors[2], release[2];
    if (pipe2(errors, O_CLOEXEC) != 0) return errno;
    if (pipe2(release, O_CLOEXEC) != 0) {
        int error = errno;
        close(errors[0]);
        close(errors[1]);
        return error;
    }
    // No handler of this process may run in the child.
    sigset_t all, mask;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &mask);
    pid_t parent = getpid();
    pid_t pid = fork_into(program->control_group);
    if (pid == 0) {
        // Otherwise a child would wait for its own end of the pipe.
        close(release[1]);
        run(program, parent, errors[1], release[0]);
    }
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    close(errors[1]);
    close(release[0]);
    if (pid < 0) {
        close(errors[0]);
        close(release[1]);
        return error;
    }
    *forked = (struct linux_forked_program){pid, release[1], errors[0]};
    return 0;
}

// MARK: - Children and processes

enum linux_children linux_reap_children(int leader, struct linux_leader_change *change) {
    for (int i = 0; i < 4000; i++) {
        siginfo_t info;
        info.si_pid = 0;
        // Also those that were cloned with another signal than SIGCHLD.
        if (waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WCONTINUED | WNOHANG | __WALL) < 0) {
            if (errno != EINTR) return LINUX_NO_CHILDREN;
        } else if (info.si_pid == 0) {
            return LINUX_CHILDREN_UNCHANGED;
        } else if (info.si_pid == leader) {
            *change = (struct linux_leader_change){info.si_code, info.si_status};
            return LINUX_LEADER_CHANGED;
        }
    }
    return LINUX_CHILDREN_CHANGING;
}

int linux_parse_process(const char *stat, struct linux_process *process) {
    // The name may contain spaces and parentheses.
    const char *name_end = strrchr(stat, ')');
    if (name_end == NULL) return -1;
    // All but the 3rd to the 6th, the 20th and the 22nd are of no interest here.
    return sscanf(stat, "%d (", &process->pid) == 1 &&
            sscanf(
                name_end + 1,
                " %c %d %d %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %ld %*s %llu", &process->state,
                &process->parent, &process->group, &process->session, &process->threads, &process->start_time) == 6
        ? 0
        : -1;
}

int linux_read_process(int pid, int thread, struct linux_process *process) {
    char path[64], text[1024];
    if (thread == 0) snprintf(path, sizeof path, "/proc/%d/stat", pid);
    else snprintf(path, sizeof path, "/proc/%d/task/%d/stat", pid, thread);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    // A file of proc(5) that fits is read at once.
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    if (count <= 0) return -1;
    text[count] = 0;
    return linux_parse_process(text, process);
}

int linux_pidfd_send_signal(int descriptor, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0U);
}

int linux_check_program(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0) return errno;
    if (S_ISDIR(status.st_mode)) return EISDIR;
    if (!S_ISREG(status.st_mode)) return EACCES;
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

int linux_memory_file(const void *bytes, unsigned long count) {
    int file = memfd_create("standard input", MFD_CLOEXEC);
    if (file < 0) return -1;
    for (unsigned long done = 0; done < count;) {
        ssize_t written = write(file, (const char *)bytes + done, count - done);
        if (written > 0) done += (unsigned long)written;
        else if (written < 0 && errno != EINTR) {
            int error = errno;
            close(file);
            errno = error;
            return -1;
        }
    }
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    int readable = open(path, O_RDONLY | O_CLOEXEC);
    int error = errno;
    close(file);
    errno = error;
    return readable;
}
