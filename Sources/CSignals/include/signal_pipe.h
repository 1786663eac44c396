// Signals as bytes in a pipe, since a handler may do little more than write(2). One pipe for the process.
#pragma once

/// Makes the pipe; its end to read from, which does not block, or -1 with errno.
int signal_pipe_open(void);

/// Has a signal written to the pipe from now on, as one byte with its number; 0, or -1 with errno.
///
/// A handler, and not signalfd(2): that needs the signal blocked in every thread, and libraries wait with masks of their
/// own.
int signal_pipe_watch(int number);

/// Writes a zero to the pipe.
void signal_pipe_wake(void);

/// Has the signals that the C library keeps for itself, 32 and 33, do nothing where it has not set them up.
///
/// They would end the process. The library refuses to have them changed, and sets them up itself when it needs them. A
/// handler, and not SIG_IGN: programs that are started get the defaults back. For the only thread of the process; the
/// handler of SIGUSR1 is not there meanwhile.
void signal_pass_over_reserved(void);
