// ncurses for Swift: what the importer leaves out (macros, variables, wide cells) as functions.
// No state in here: every importing module would have its own.

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

// Hidden by <wchar.h> unless _XOPEN_SOURCE is asked for.
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

static inline mmask_t nc_mouse_mask(void) { return BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED; }

/// The name of the locale's encoding; only after setlocale(3).
static inline const char *nc_encoding(void) { return nl_langinfo(CODESET); }

/// Whether the locale's characters are UTF-8; only after setlocale(3).
static inline int nc_is_utf8(void) { return strcmp(nc_encoding(), "UTF-8") == 0; }

/// Whether the terminal can place its cursor, without which nothing can be drawn.
///
/// Returns 0 if it can, 1 if not, and 2 if nothing is known of a terminal of this name.
static inline int nc_probe(const char *term, int descriptor) {
    int error = 0;
    if (setupterm(term, descriptor, &error) != OK) return 2;
    char *cup = tigetstr("cup");
    int result = cup == NULL || cup == (char *)-1 ? 1 : 0;
    del_curterm(cur_term);
    return result;
}

/// Whether the description of the terminal named by TERM says how large it is; ncurses does not start without a size.
static inline bool nc_description_has_size(int descriptor) {
    int error = 0;
    if (setupterm(NULL, descriptor, &error) != OK) return false;
    bool result = tigetnum("lines") > 0 && tigetnum("cols") > 0;
    del_curterm(cur_term);
    return result;
}

/// A string of the terminal's description; NULL when it has none of this name.
static inline const char *nc_capability(const char *name) {
    char *value = tigetstr(name);
    return value == (char *)-1 ? NULL : value;
}

/// The name of a string capability by number; NULL behind the last one.
static inline const char *nc_string_name(int index) { return strnames[index]; }

/// Fills a cell; `text` ends with 0.
static inline int nc_set_cell(cchar_t *cell, const wchar_t *text, attr_t attributes, int pair) {
    return setcchar(cell, text, attributes, (short)(pair > 32767 ? 0 : pair), &pair);
}

/// The size of the terminal behind a descriptor; 0 if it can be told.
static inline int nc_window_size(int descriptor, int *columns, int *lines) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
    *columns = size.ws_col;
    *lines = size.ws_row;
    return 0;
}
