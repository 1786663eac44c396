// ncurses for Swift: macros, variables and wide cells, which the importer does not import, as functions.
// No static state: each importing module would have its own copy.

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <langinfo.h>
#include <locale.h>
#include <ncursesw/curses.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

// Declared by <term.h>, which also defines names such as `lines` and `columns`.
extern int setupterm(const char *term, int descriptor, int *error);
extern char *tigetstr(const char *capability);
extern int tigetnum(const char *capability);
extern int del_curterm(void *terminal);
extern void *cur_term;
extern const char *const strnames[];

// Declared by <wchar.h> only with _XOPEN_SOURCE.
extern int wcwidth(wchar_t character);

static inline WINDOW *nc_stdscr(void) { return stdscr; }
static inline int nc_lines(void) { return LINES; }
static inline int nc_columns(void) { return COLS; }
static inline int nc_colors(void) { return COLORS; }
static inline void nc_repaint(void) { clearok(curscr, TRUE); }

static inline attr_t nc_bold(void) { return A_BOLD; }
static inline attr_t nc_dim(void) { return A_DIM; }
static inline attr_t nc_reverse(void) { return A_REVERSE; }
static inline attr_t nc_underline(void) { return A_UNDERLINE; }
static inline attr_t nc_italic(void) { return A_ITALIC; }

static inline mmask_t nc_mouse_mask(void) { return BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED; }

/// The name of the locale's encoding; valid after setlocale(3).
static inline const char *nc_encoding(void) { return nl_langinfo(CODESET); }

/// Whether the locale's encoding is UTF-8; valid after setlocale(3).
static inline int nc_is_utf8(void) { return strcmp(nc_encoding(), "UTF-8") == 0; }

/// Checks whether the terminal can position its cursor, which drawing needs.
///
/// Returns 0 if it can, 1 if not, and 2 if the terminal is unknown.
static inline int nc_probe(const char *term, int descriptor) {
    int error = 0;
    if (setupterm(term, descriptor, &error) != OK) return 2;
    char *cup = tigetstr("cup");
    int result = cup == NULL || cup == (char *)-1 ? 1 : 0;
    del_curterm(cur_term);
    return result;
}

/// Whether the description of the terminal in TERM has a size, without which ncurses does not start.
static inline bool nc_description_has_size(int descriptor) {
    int error = 0;
    if (setupterm(NULL, descriptor, &error) != OK) return false;
    bool result = tigetnum("lines") > 0 && tigetnum("cols") > 0;
    del_curterm(cur_term);
    return result;
}

/// A string capability of the terminal description; NULL if there is none of this name.
static inline const char *nc_capability(const char *name) {
    char *value = tigetstr(name);
    return value == (char *)-1 ? NULL : value;
}

/// The name of a string capability by number; NULL after the last one.
static inline const char *nc_string_name(int index) { return strnames[index]; }

/// Sets a cell; `text` is zero-terminated.
static inline int nc_set_cell(cchar_t *cell, const wchar_t *text, attr_t attributes, int pair) {
    return setcchar(cell, text, attributes, (short)(pair > 32767 ? 0 : pair), &pair);
}

/// Reads the size of a terminal; returns 0 on success.
static inline int nc_window_size(int descriptor, int *columns, int *lines) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
    *columns = size.ws_col;
    *lines = size.ws_row;
    return 0;
}
