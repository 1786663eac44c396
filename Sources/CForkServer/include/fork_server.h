// A process that has done once what all workers have in common, and forks them; and the messages that ask it to.
#ifndef FORK_SERVER_H
#define FORK_SERVER_H

#include <stdint.h>

/// The argument by which the worker program becomes a fork server.
#define LINUX_FORK_SERVER_ARGUMENT "--fork-server"

/// The number of descriptors in a request: the worker's standard input, output and error.
#define LINUX_DESCRIPTORS 3

/// The answer to a request.
struct linux_fork_answer {
    /// The request's sequence number.
    uint64_t request;
    /// The pid of the worker, or a negative error number.
    int32_t result;
    /// The number of threads that the fork server has if it must not fork, having more than one; otherwise 0.
    int32_t threads;
};

/// Sends a request through a socket; 0, or -1 with errno.
int linux_send_fork_request(int socket, const int descriptors[LINUX_DESCRIPTORS], uint64_t request);

/// Warms up, then serves requests until the other end of the socket is closed.
///
/// `warm_up` runs on a thread that has ended before the first fork. `work` runs in every worker, on a thread of its own,
/// and does not return.
///
/// Returns an exit code.
int linux_run_fork_server(int socket, void (*warm_up)(void), void (*work)(void));

#endif
