// Signals as bytes in a pipe, since a handler may do little more than write(2). One pipe for the process.
#pragma once

/// Makes the pipe, and returns its nonblocking read end, or -1 with errno.
int signal_pipe_open(void);

/// Writes a signal to the pipe from now on whenever it arrives, as one byte with its number; returns 0, or -1 with errno.
///
/// A handler, and not signalfd(2): that needs the signal blocked in every thread, and libraries wait with masks of their
/// own.
int signal_pipe_watch(int number);

/// Writes a zero to the pipe.
void signal_pipe_wake(void);

/// Ignores the signals that the C library reserves for itself, 32 and 33, where it has not set them up.
///
/// They would end the process. The library refuses to change them, and sets them up itself when it needs them. A handler,
/// and not SIG_IGN: programs that are started get the defaults back. To be called while the process has only one thread;
/// the handler of SIGUSR1 is replaced meanwhile.
void signal_ignore_reserved(void);
