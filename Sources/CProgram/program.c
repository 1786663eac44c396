// The start of a program by a process with several threads, as vfork(2) does it: the child has this process's memory, and
// the thread that calls waits until the child has become the program. A copy of the memory would take longer than the rest.
//
// The child makes system calls only, and runs no Swift: its runtime knows the thread by its id, which is another one here.
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

/// The lowest number that is not the program's.
enum { FREE = LINUX_PROGRAM_DESCRIPTORS };

/// The sanitizer would take what the child leaves on the stack for the parent's.
#define ON_SHARED_STACK __attribute__((noinline, no_sanitize("address")))

static _Noreturn ON_SHARED_STACK void fail(struct linux_started_program *started, int step) {
    started->error = errno;
    started->step = step;
    _exit(127);
}

/// Reports the child in the words of the worker protocol.
static ON_SHARED_STACK void report(const struct linux_program *program, struct linux_started_program *started) {
    struct linux_process self;
    if (linux_read_process(started->pid, 0, &self) == 0) started->start_time = self.start_time;
    if (program->updates < 0) return;
    char line[128];
    int length = snprintf(
        line, sizeof line, "{\"event\":\"program_started\",\"pid\":%d,\"session\":%d,\"start_time\":%llu}\n",
        started->pid, started->pid, started->start_time);
    // At once, since the pipe has room for a line: SIGPIPE is blocked, and the parent finds out by itself.
    (void)!write(program->updates, line, (size_t)length);
}

static ON_SHARED_STACK void reset_signals(void) {
    // The kernel's own struct, all zero: the default. The C library's function refuses two of the signals.
    const unsigned long action[4] = {0};
    for (int signal = 1; signal <= 64; signal++) syscall(SYS_rt_sigaction, signal, action, NULL, 8UL);
}

/// Moves the descriptors to their numbers, whichever they have, and closes all others.
static ON_SHARED_STACK void set_descriptors(
    const struct linux_program *program, struct linux_started_program *started) {
    int all[FREE];
    for (int i = 0; i < FREE; i++)
        if ((all[i] = fcntl(program->descriptors[i], F_DUPFD_CLOEXEC, FREE)) < 0)
            fail(started, LINUX_STEP_DESCRIPTORS);
    for (int i = 0; i < FREE; i++)
        if (dup2(all[i], i) < 0) fail(started, LINUX_STEP_DESCRIPTORS);
    syscall(SYS_close_range, (unsigned)FREE, ~0U, 0U);
}

static _Noreturn ON_SHARED_STACK void run(
    const struct linux_program *program, pid_t parent, struct linux_started_program *started) {
    started->pid = getpid();
    setsid();
    prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0UL, 0UL, 0UL);
    if (getppid() != parent) _exit(127);
    report(program, started);
    reset_signals();
    umask(022);
    set_descriptors(program, started);
    if (chdir(program->directory) != 0) fail(started, LINUX_STEP_DIRECTORY);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(program->file, program->arguments, program->environment);
    fail(started, LINUX_STEP_EXECUTE);
}

// MARK: - The parent

/// As vfork(2), in a control group if there is one; -1 with errno where that is not possible.
///
/// Inlined, since the child goes on with the caller's stack; and not by syscall(2), to which it would return twice.
static inline __attribute__((always_inline)) pid_t vfork_into(int control_group) {
#if defined(CLONE_INTO_CGROUP) && (defined(__x86_64__) || defined(__aarch64__))
    struct clone_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.flags = CLONE_VM | CLONE_VFORK;
    arguments.exit_signal = SIGCHLD;
    if (control_group >= 0) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = (uint64_t)control_group;
    }
#if defined(__x86_64__)
    long result = SYS_clone3;
    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"(&arguments), "S"(sizeof arguments)
                     : "rcx", "r11", "memory");
#else
    register long number __asm__("x8") = SYS_clone3;
    register long result __asm__("x0") = (long)&arguments;
    register unsigned long size __asm__("x1") = sizeof arguments;
    __asm__ volatile("svc 0" : "+r"(result) : "r"(number), "r"(size) : "memory");
#endif
    if (result >= 0) return (pid_t)result;
    errno = (int)-result;
#else
    (void)control_group;
    errno = ENOSYS;
#endif
    return -1;
}

ON_SHARED_STACK int linux_start_program(const struct linux_program *program, struct linux_started_program *started) {
    memset(started, 0, sizeof *started);
    // No handler of this process may run in the child.
    sigset_t all, mask;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &mask);
    pid_t parent = getpid();
    pid_t pid = vfork_into(program->control_group);
    if (pid == 0) run(program, parent, started);
    if (pid < 0 && program->control_group >= 0) {
        // Whatever is wrong with the group, the program may do without.
        pid = vfork_into(-1);
        if (pid == 0) run(program, parent, started);
    }
    // Containers without clone3(2), which some refuse as if it were forbidden.
    if (pid < 0 && (errno == ENOSYS || errno == EPERM)) {
        pid = vfork();
        if (pid == 0) run(program, parent, started);
    }
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    if (pid < 0) return error;
    // It may have ended before it stored its pid.
    started->pid = pid;
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
