// Gives the terminal back, whatever happens: the one place with state that signal handlers touch.

#ifndef TERMINAL_GUARD_H
#define TERMINAL_GUARD_H

#include <stddef.h>
#include <sys/types.h>

/// Records how a terminal is set, as what to restore; 0 on success.
int terminal_guard_save(int terminal);

/// Sets the bytes that undo all modes of the screen; at most 511 are kept.
void terminal_guard_set_restore(const char *bytes, size_t count);

/// Tells where standard output and standard error really go while they are captured, and from where
/// what was written to them can be read.
void terminal_guard_set_streams(int output, int error, int capture);

/// From now on the calling thread draws on the terminal, and a crash of any thread gives it back first, then
/// shows what was last written to standard error, and then goes on as it would have without this.
void terminal_guard_arm(int terminal);

/// From now on the terminal is not drawn on, and neither a crash nor terminal_guard_leave changes it.
void terminal_guard_disarm(void);

/// Gives the terminal back, waiting for it no longer than a tenth of a second, even when it does not take
/// any output. The thread that draws, if it is another one, may be stuck in doing it; nothing that it still
/// writes reaches the terminal.
void terminal_guard_leave(void);

/// Whether the process may use the terminal: 0 if another process group has it, which is then the shell's.
int terminal_guard_is_foreground(int terminal);

/// Writes the bytes that undo all modes of the screen, unless the terminal lets only its foreground write.
void terminal_guard_restore_from_background(int terminal);

/// Gives the calling thread a stack for signal handlers, so that a stack overflow can be handled, too; none if
/// there is no memory for it.
void terminal_guard_add_signal_stack(void);

/// Frees that stack, before the thread ends.
void terminal_guard_remove_signal_stack(void);

/// Reads from a captured stream like read(2), and remembers the end of it for the case of a crash.
ssize_t terminal_guard_read(int capture, char *buffer, size_t count);

/// Has SIGWINCH, SIGCONT and SIGTSTP write 'w', 'c' and 't' to a pipe.
///
/// Returns the descriptor to read from, or -1.
int terminal_guard_watch_signals(void);

/// Writes 'x' to that pipe.
void terminal_guard_wake(void);

#endif
