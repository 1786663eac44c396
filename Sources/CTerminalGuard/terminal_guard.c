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

// The end of what was written to the captured streams: a ring that may be torn, but never overrun.
static char last_words[4096];
static volatile sig_atomic_t last_words_count;

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
    last_words_count = 0;
}

static void write_all(int descriptor, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(descriptor, bytes, count);
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (errno != EINTR) {
            // Also where the terminal takes no more: nobody may wait for it now.
            return;
        }
    }
}

static void ignored(int number) {
    (void)number;
}

/// The rest of a picture would come behind what restores the screen. Whoever draws it may be stuck in
/// write(2), which a signal ends, and writes on to where nobody sees it.
static void cut_off_drawing(void) {
    pid_t thread = (pid_t)drawing_thread;
    if (drawn_on < 0 || thread == (pid_t)syscall(SYS_gettid)) return;
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0) return;
    dup3(nothing, drawn_on, O_CLOEXEC);
    close(nothing);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = ignored;
    sigemptyset(&action.sa_mask);
    sigaction(SIGURG, &action, NULL);
    syscall(SYS_tgkill, getpid(), thread, SIGURG);
}

/// As long as somebody else is in write(2) on a terminal, one that must not wait is refused; whoever was
/// stuck there is about to leave it.
static void write_patiently(int terminal, const char *bytes, size_t count) {
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
    // 0 or less: a group of another namespace, or none; the kernel would not stop this process then.
    pid_t foreground = tcgetpgrp(terminal);
    return foreground <= 0 || foreground == getpgrp();
}

void terminal_guard_leave(void) {
    if (!is_armed) return;
    cut_off_drawing();
    // A descriptor of its own: the flags of the others are shared with whoever started this process.
    int terminal = open("/dev/tty", O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (terminal < 0) return;
    // In the background this would stop the process instead.
    if (terminal_guard_is_foreground(terminal)) {
        // What the terminal has not taken so far would come before everything else.
        tcflush(terminal, TCOFLUSH);
        write_patiently(terminal, restore_bytes, (size_t)restore_count);
        if (has_modes) tcsetattr(terminal, TCSANOW, &saved_modes);
    }
    close(terminal);
}

void terminal_guard_restore_from_background(int terminal) {
    struct termios modes;
    if (tcgetattr(terminal, &modes) != 0 || (modes.c_lflag & TOSTOP)) return;
    write_patiently(terminal, restore_bytes, (size_t)restore_count);
}

static void show_last_words(void) {
    if (real_error < 0) return;
    write_all(real_error, last_words, (size_t)last_words_count);
    // What nobody has read yet.
    struct pollfd waiting = {.fd = captured, .events = POLLIN};
    char buffer[512];
    while (captured >= 0 && poll(&waiting, 1, 0) == 1 && (waiting.revents & POLLIN)) {
        ssize_t count = read(captured, buffer, sizeof buffer);
        if (count <= 0) return;
        write_all(real_error, buffer, (size_t)count);
    }
}

static void crashed(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved_errno = errno;
    for (int i = 0; i < crash_count; i++) sigaction(crashes[i], &previous[i], NULL);
    terminal_guard_leave();
    show_last_words();
    if (real_output >= 0) dup2(real_output, STDOUT_FILENO);
    if (real_error >= 0) dup2(real_error, STDERR_FILENO);
    errno = saved_errno;
    // An instruction that trapped traps again on return; a signal that was sent has to be sent again.
    if (info->si_code <= 0) raise(number);
}

void terminal_guard_arm(int terminal) {
    drawn_on = terminal;
    drawing_thread = (sig_atomic_t)syscall(SYS_gettid);
    if (is_armed) return;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = crashed;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < crash_count; i++) sigaction(crashes[i], &action, &previous[i]);
    is_armed = 1;
}

void terminal_guard_disarm(void) {
    if (!is_armed) return;
    is_armed = 0;
    // Its number may soon be another file's.
    drawn_on = -1;
    for (int i = 0; i < crash_count; i++) sigaction(crashes[i], &previous[i], NULL);
}

// Room for the handlers here and for those that come after them, such as the runtime's backtracer.
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
    // A stack of another size is somebody else's, such as a sanitizer's.
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
    size_t kept = (size_t)last_words_count;
    size_t added = (size_t)got < sizeof last_words ? (size_t)got : sizeof last_words;
    if (kept + added > sizeof last_words) {
        size_t rest = sizeof last_words - added;
        memmove(last_words, last_words + (kept - rest), rest);
        kept = rest;
    }
    memcpy(last_words + kept, buffer + ((size_t)got - added), added);
    last_words_count = (sig_atomic_t)(kept + added);
    return got;
}

static void noticed(int number) {
    int saved_errno = errno;
    char byte = number == SIGWINCH ? 'w' : number == SIGCONT ? 'c' : 't';
    // A pipe that is full wakes the reader, too.
    (void)!write(pipe_ends[1], &byte, 1);
    errno = saved_errno;
}

int terminal_guard_watch_signals(void) {
    if (pipe_ends[0] < 0 && pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = noticed;
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
