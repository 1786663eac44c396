// The fork server: vfork(2) and then fork(2), by a process with a single thread.
//
// The fork server starts a middle process, which forks the worker and exits. Its parent, the supervisor, is a subreaper
// (prctl(2)), and so adopts the worker: it waits for the worker and signals it as any other child.
//
// No thread of a worker that runs Swift is the copy of another one. Swift's runtime caches the id of a thread, already
// before main(), and locks with it (FUTEX_LOCK_PI in futex(2)); with another thread's id, two threads that contend for a
// lock would wait forever. So the thread that is copied stays in C, here and in the worker.
#define _GNU_SOURCE
#include "fork_server.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SANITIZER_THREADS 1
#endif
#endif
#ifndef SANITIZER_THREADS
#define SANITIZER_THREADS 0
#else
/// Workers have no environment with options: without this, each would sleep for a second at its end.
const char *__tsan_default_options(void);
const char *__tsan_default_options(void) { return "atexit_sleep_ms=0"; }
#endif

// MARK: - Messages

union descriptor_message {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(LINUX_DESCRIPTORS * sizeof(int))];
};

int linux_send_fork_request(int socket, const int descriptors[LINUX_DESCRIPTORS], uint64_t request) {
    struct iovec part = {&request, sizeof request};
    union descriptor_message control;
    memset(&control, 0, sizeof control);
    control.head.cmsg_len = CMSG_LEN(LINUX_DESCRIPTORS * sizeof(int));
    control.head.cmsg_level = SOL_SOCKET;
    control.head.cmsg_type = SCM_RIGHTS;
    memcpy(CMSG_DATA(&control.head), descriptors, LINUX_DESCRIPTORS * sizeof(int));
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    return sendmsg(socket, &message, MSG_NOSIGNAL) == sizeof request ? 0 : -1;
}

/// Receives a request; 1, or 0 when the other end is closed, or -1 for anything else.
static int receive_request(int socket, int descriptors[LINUX_DESCRIPTORS], uint64_t *request) {
    struct iovec part = {request, sizeof *request};
    union descriptor_message control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t count;
    do count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (count < 0 && errno == EINTR);
    if (count <= 0) return (int)count;
    if (count != sizeof *request || message.msg_controllen < CMSG_LEN(LINUX_DESCRIPTORS * sizeof(int)) ||
        control.head.cmsg_type != SCM_RIGHTS)
        return -1;
    memcpy(descriptors, CMSG_DATA(&control.head), LINUX_DESCRIPTORS * sizeof(int));
    return 1;
}

static void send_answer(int socket, uint64_t request, int32_t result, int32_t threads) {
    const struct linux_fork_answer answer = {request, result, threads};
    send(socket, &answer, sizeof answer, MSG_NOSIGNAL);
}

// MARK: - Threads

/// The number of this process's threads, or -1 with errno.
static int thread_count(void) {
    // One directory for each, and every directory is a link to the one above.
    struct stat status;
    return stat("/proc/self/task", &status) == 0 ? (int)status.st_nlink - 2 - SANITIZER_THREADS : -1;
}

static void *run_body(void *body) {
    (*(void (**)(void))body)();
    return NULL;
}

/// Runs a function on a thread of its own, and returns when that has ended: 0, or the number of an error.
static int run_on_thread(void (*body)(void)) {
    pthread_t thread;
    int error = pthread_create(&thread, NULL, run_body, &body);
    return error == 0 ? pthread_join(thread, NULL) : error;
}

/// Waits until this thread is the only one, for at most a second.
static void wait_until_alone(void) {
    // pthread_join(3) returns a moment before the kernel has removed the thread.
    const struct timespec moment = {0, 100000};
    for (int i = 0; i < 10000 && thread_count() > 1; i++) nanosleep(&moment, NULL);
}

// MARK: - Workers

struct server {
    int socket;
    pid_t supervisor;
    void (*work)(void);
};

/// Returns when the supervisor is this process's parent, which the middle process is until it has exited.
static void wait_for_adoption(pid_t supervisor, pid_t middle) {
    while (getppid() == middle) {
        struct pollfd end = {.fd = (int)syscall(SYS_pidfd_open, middle, 0), .events = POLLIN};
        if (end.fd < 0) continue;
        poll(&end, 1, -1);
        close(end.fd);
    }
    // Or this process's parent is another one, since the supervisor has ended.
    if (getppid() != supervisor) _exit(EX_UNAVAILABLE);
}

static _Noreturn void become_worker(
    const struct server *server, pid_t middle, uint64_t request, const int descriptors[LINUX_DESCRIPTORS]) {
    // The worker reads the first two signals from a descriptor; they stay pending until there is one. The third one is for
    // the thread that has children, and would only wake this one.
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGQUIT);
    sigaddset(&mask, SIGCHLD);
    pthread_sigmask(SIG_BLOCK, &mask, NULL);
    setsid();
    wait_for_adoption(server->supervisor, middle);
    // Not before, since the end of the middle process would be the parent's. A worker that is stopped must not outlive
    // its supervisor: the end of standard input only reaches a process that runs, which then kills what it has started.
    prctl(PR_SET_PDEATHSIG, (unsigned long)SIGCONT, 0UL, 0UL, 0UL);
    if (getppid() != server->supervisor) _exit(EX_UNAVAILABLE);
    send_answer(server->socket, request, getpid(), 0);
    // None of them is one of the targets: the fork server's own standard streams are open.
    for (int i = 0; i < LINUX_DESCRIPTORS; i++) dup2(descriptors[i], i);
    syscall(SYS_close_range, LINUX_DESCRIPTORS, ~0U, 0U);
    _exit(run_on_thread(server->work) == 0 ? EX_SOFTWARE : EX_OSERR);
}

static void fork_worker(
    const struct server *server, uint64_t request, const int descriptors[LINUX_DESCRIPTORS]) {
    int threads = thread_count();
    if (threads < 0) return send_answer(server->socket, request, -errno, 0);
    if (threads > 1) return send_answer(server->socket, request, -EDEADLK, threads);
    // Only the worker needs a copy of the memory.
    pid_t middle = vfork();
    if (middle < 0) return send_answer(server->socket, request, -errno, 0);
    if (middle > 0) {
        while (waitpid(middle, NULL, 0) < 0 && errno == EINTR) {}
        return;
    }
    pid_t self = getpid();
    pid_t worker = fork();
    if (worker == 0) become_worker(server, self, request, descriptors);
    if (worker < 0) send_answer(server->socket, request, -errno, 0);
    _exit(0);
}

/// Serves requests until the other end of the socket is closed.
static int linux_fork_server_loop(const struct server *server) {
    for (;;) {
        int descriptors[LINUX_DESCRIPTORS];
        uint64_t request;
        int count = receive_request(server->socket, descriptors, &request);
        if (count <= 0) return count == 0 ? EX_OK : EX_OSERR;
        fork_worker(server, request, descriptors);
        for (int i = 0; i < LINUX_DESCRIPTORS; i++) close(descriptors[i]);
    }
}

int linux_run_fork_server(int socket, void (*warm_up)(void), void (*work)(void)) {
    const struct server server = {socket, getppid(), work};
    prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0UL, 0UL, 0UL);
    if (getppid() != server.supervisor) return EX_UNAVAILABLE;
    if (run_on_thread(warm_up) != 0) return EX_OSERR;
    wait_until_alone();
    return linux_fork_server_loop(&server);
}
