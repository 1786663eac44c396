// Restores the terminal even after a crash. All state that signal handlers use is here.

#ifndef TERMINAL_GUARD_H
#define TERMINAL_GUARD_H

#include <stddef.h>
#include <sys/types.h>

/// Saves the modes of a terminal for restoring them; returns 0 on success.
int terminal_guard_save(int terminal);

/// Sets the bytes that reset the screen; at most 511 are kept.
void terminal_guard_set_restore(const char *bytes, size_t count);

/// Sets the real standard output and standard error while they are captured, and the pipe to read them from.
void terminal_guard_set_streams(int output, int error, int capture);

/// Declares the calling thread the one that draws on the terminal, and installs crash handlers.
///
/// A crash of any thread then restores the terminal, writes the last captured bytes to standard error, and continues
/// as without these handlers.
void terminal_guard_arm(int terminal);

/// Removes the crash handlers; neither a crash nor terminal_guard_leave changes the terminal afterwards.
void terminal_guard_disarm(void);

/// Restores the terminal within a tenth of a second, even if its output is blocked.
///
/// Callable from any thread. Nothing that the drawing thread still writes reaches the terminal.
void terminal_guard_leave(void);

/// Whether the process may use the terminal; 0 if another process group is in the foreground.
int terminal_guard_is_foreground(int terminal);

/// Writes the bytes that reset the screen, unless the terminal has TOSTOP set.
void terminal_guard_restore_from_background(int terminal);

/// Adds a signal stack to the calling thread, on which a stack overflow can be handled; none if memory is short.
void terminal_guard_add_signal_stack(void);

/// Frees that stack before the thread ends.
void terminal_guard_remove_signal_stack(void);

/// Reads from a captured stream like read(2), and keeps its last bytes for a crash.
ssize_t terminal_guard_read(int capture, char *buffer, size_t count);

/// Installs handlers that write 'w', 'c' and 't' to a pipe for SIGWINCH, SIGCONT and SIGTSTP.
///
/// Returns the read end of the pipe, or -1.
int terminal_guard_watch_signals(void);

/// Writes 'x' to that pipe.
void terminal_guard_wake(void);

#endif
