#define _GNU_SOURCE
#include "terminal_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static struct termios saved_modes;
static volatile sig_atomic_t has_modes;
static volatile sig_atomic_t drawn_on = -1;
static volatile sig_atomic_t drawing_thread;

static char restore_bytes[512];
static volatile sig_atomic_t restore_count;

static volatile sig_atomic_t real_output = -1;
static volatile sig_atomic_t real_error = -1;
static volatile sig_atomic_t captured = -1;

// The last bytes of the captured streams. A crash may read them during an update, but never out of bounds.
static char captured_tail[4096];
static volatile sig_atomic_t captured_tail_count;

static const int crashes[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};
enum { crash_count = sizeof crashes / sizeof crashes[0] };
static struct sigaction previous[crash_count];
static volatile sig_atomic_t is_armed;

static int pipe_ends[2] = {-1, -1};

int terminal_guard_save(int terminal) {
    if (tcgetattr(terminal, &saved_modes) != 0) return -1;
    has_modes = 1;
    return 0;
}

void terminal_guard_set_restore(const char *bytes, size_t count) {
    if (count >= sizeof restore_bytes) count = sizeof restore_bytes - 1;
    memcpy(restore_bytes, bytes, count);
    restore_count = (sig_atomic_t)count;
}

void terminal_guard_set_streams(int output, int error, int capture) {
    real_output = output;
    real_error = error;
    captured = capture;
    captured_tail_count = 0;
}

static void write_all(int descriptor, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(descriptor, bytes, count);
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (errno != EINTR) {
            // Includes EAGAIN: a crash handler must not wait for the terminal.
            return;
        }
    }
}

static void ignore_signal(int number) {
    (void)number;
}

/// Redirects the output of the drawing thread to /dev/null: the rest of a frame must not follow the restore bytes.
///
/// The thread may be blocked in write(2); the signal interrupts it.
static void detach_drawing_thread(void) {
    pid_t thread = (pid_t)drawing_thread;
    if (drawn_on < 0 || thread == (pid_t)syscall(SYS_gettid)) return;
    int null_device = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null_device < 0) return;
    dup3(null_device, drawn_on, O_CLOEXEC);
    close(null_device);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = ignore_signal;
    sigemptyset(&action.sa_mask);
    sigaction(SIGURG, &action, NULL);
    syscall(SYS_tgkill, getpid(), thread, SIGURG);
}

/// Writes to a non-blocking terminal.
///
/// While another thread is in write(2) on the terminal the call fails with EAGAIN; that thread is about to leave.
static void write_with_retry(int terminal, const char *bytes, size_t count) {
    const struct timespec pause = {.tv_nsec = 1000000};
    for (int attempts = 0; count > 0 && attempts < 100;) {
        ssize_t written = write(terminal, bytes, count);
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (errno == EAGAIN) {
            attempts++;
            nanosleep(&pause, NULL);
        } else if (errno != EINTR) {
            return;
        }
    }
}

int terminal_guard_is_foreground(int terminal) {
    // 0 or less: no group, or one of another PID namespace; the kernel does not stop this process then.
    pid_t foreground = tcgetpgrp(terminal);
    return foreground <= 0 || foreground == getpgrp();
}

void terminal_guard_leave(void) {
    if (!is_armed) return;
    detach_drawing_thread();
    // Opened anew: the flags of the other descriptors are shared with the parent process.
    int terminal = open("/dev/tty", O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (terminal < 0) return;
    // In the background these calls would stop the process.
    if (terminal_guard_is_foreground(terminal)) {
        // Pending output would precede the restore bytes.
        tcflush(terminal, TCOFLUSH);
        write_with_retry(terminal, restore_bytes, (size_t)restore_count);
        if (has_modes) tcsetattr(terminal, TCSANOW, &saved_modes);
    }
    close(terminal);
}

void terminal_guard_restore_from_background(int terminal) {
    struct termios modes;
    if (tcgetattr(terminal, &modes) != 0 || (modes.c_lflag & TOSTOP)) return;
    write_with_retry(terminal, restore_bytes, (size_t)restore_count);
}

static void write_captured_tail(void) {
    if (real_error < 0) return;
    write_all(real_error, captured_tail, (size_t)captured_tail_count);
    // The bytes that are still in the pipe.
    struct pollfd waiting = {.fd = captured, .events = POLLIN};
    char buffer[512];
    while (captured >= 0 && poll(&waiting, 1, 0) == 1 && (waiting.revents & POLLIN)) {
        ssize_t count = read(captured, buffer, sizeof buffer);
        if (count <= 0) return;
        write_all(real_error, buffer, (size_t)count);
    }
}

static void handle_crash(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved_errno = errno;
    for (int i = 0; i < crash_count; i++) sigaction(crashes[i], &previous[i], NULL);
    terminal_guard_leave();
    write_captured_tail();
    if (real_output >= 0) dup2(real_output, STDOUT_FILENO);
    if (real_error >= 0) dup2(real_error, STDERR_FILENO);
    errno = saved_errno;
    // A trap repeats on return; a sent signal must be sent again.
    if (info->si_code <= 0) raise(number);
}

void terminal_guard_arm(int terminal) {
    drawn_on = terminal;
    drawing_thread = (sig_atomic_t)syscall(SYS_gettid);
    if (is_armed) return;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handle_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < crash_count; i++) sigaction(crashes[i], &action, &previous[i]);
    is_armed = 1;
}

void terminal_guard_disarm(void) {
    if (!is_armed) return;
    is_armed = 0;
    // The descriptor number may be reused.
    drawn_on = -1;
    for (int i = 0; i < crash_count; i++) sigaction(crashes[i], &previous[i], NULL);
}

// Room for these handlers and those they chain to, such as the backtracer of the runtime.
enum { signal_stack_size = 256 * 1024 };

void terminal_guard_add_signal_stack(void) {
    stack_t stack;
    if (sigaltstack(NULL, &stack) != 0 || !(stack.ss_flags & SS_DISABLE)) return;
    void *memory = mmap(NULL, signal_stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = memory;
    stack.ss_size = signal_stack_size;
    if (sigaltstack(&stack, NULL) != 0) munmap(memory, signal_stack_size);
}

void terminal_guard_remove_signal_stack(void) {
    stack_t stack, none;
    // A stack of another size is not ours, but for example a sanitizer's.
    if (sigaltstack(NULL, &stack) != 0 || (stack.ss_flags & SS_DISABLE) || stack.ss_size != signal_stack_size) return;
    memset(&none, 0, sizeof none);
    none.ss_flags = SS_DISABLE;
    if (sigaltstack(&none, NULL) == 0) munmap(stack.ss_sp, stack.ss_size);
}

ssize_t terminal_guard_read(int capture, char *buffer, size_t count) {
    ssize_t got;
    do got = read(capture, buffer, count);
    while (got < 0 && errno == EINTR);
    if (got <= 0) return got;
    size_t kept = (size_t)captured_tail_count;
    size_t added = (size_t)got < sizeof captured_tail ? (size_t)got : sizeof captured_tail;
    if (kept + added > sizeof captured_tail) {
        size_t rest = sizeof captured_tail - added;
        memmove(captured_tail, captured_tail + (kept - rest), rest);
        kept = rest;
    }
    memcpy(captured_tail + kept, buffer + ((size_t)got - added), added);
    captured_tail_count = (sig_atomic_t)(kept + added);
    return got;
}

static void forward_signal(int number) {
    int saved_errno = errno;
    char byte = number == SIGWINCH ? 'w' : number == SIGCONT ? 'c' : 't';
    // A full pipe wakes the reader, too.
    (void)!write(pipe_ends[1], &byte, 1);
    errno = saved_errno;
}

int terminal_guard_watch_signals(void) {
    if (pipe_ends[0] < 0 && pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = forward_signal;
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGWINCH, &action, NULL);
    sigaction(SIGCONT, &action, NULL);
    sigaction(SIGTSTP, &action, NULL);
    return pipe_ends[0];
}

void terminal_guard_wake(void) {
    (void)!write(pipe_ends[1], "x", 1);
}
