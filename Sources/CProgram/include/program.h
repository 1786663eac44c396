// Starts a program whose process is known before it runs, and reads what happens to the children of this process.
#ifndef PROGRAM_H
#define PROGRAM_H

/// The number of descriptors that a program gets: standard input, output and error, and the one for progress.
#define LINUX_PROGRAM_DESCRIPTORS 4

/// The steps of a start that can fail.
enum linux_program_step {
    LINUX_STEP_DESCRIPTORS = 1,
    LINUX_STEP_DIRECTORY,
    LINUX_STEP_EXECUTE,
};

/// What to run, complete: the child only makes system calls.
struct linux_program {
    /// The program's file, relative to the directory or absolute.
    const char *file;
    char *const *arguments;
    char *const *environment;
    const char *directory;
    int descriptors[LINUX_PROGRAM_DESCRIPTORS];
    /// The directory of the control group in which the program is started, if possible; -1 for that of this process.
    int control_group;
    /// Where the child reports itself before it becomes the program, as a line of the worker protocol; -1 for nowhere.
    int updates;
};

/// A child that has become the program, or has not.
struct linux_started_program {
    int pid;
    /// 0, or the step that has failed; the child ends then.
    int step;
    /// The number of the error.
    int error;
    /// Clock ticks from the start of the system; see `starttime` in proc(5).
    unsigned long long start_time;
};

/// Starts a program in a child that leads a session of its own, and returns when it runs or cannot.
///
/// It is killed when the calling thread ends, which so has to live as long as the program. The descriptors remain open
/// here.
///
/// Returns 0, or the number of an error when there is no child.
int linux_start_program(const struct linux_program *program, struct linux_started_program *started);

/// What there is to know about the children of this process.
enum linux_children {
    LINUX_NO_CHILDREN,
    LINUX_CHILDREN_UNCHANGED,
    /// There may be more to read.
    LINUX_CHILDREN_CHANGING,
    /// The leader has changed.
    LINUX_LEADER_CHANGED,
};

/// A change of the leader.
struct linux_leader_change {
    /// CLD_EXITED, CLD_KILLED, CLD_DUMPED, CLD_STOPPED, CLD_TRAPPED or CLD_CONTINUED; see waitid(2).
    int kind;
    /// The exit code or the signal.
    int value;
};

/// Reaps the children that have ended, without waiting, until one of them is the leader, which may also have been stopped
/// or continued.
///
/// Returns after some thousand, though there may be more: a program that forks without end must not keep this process from
/// anything else.
enum linux_children linux_reap_children(int leader, struct linux_leader_change *change);

/// A process, or one of its threads, as proc(5) shows it.
struct linux_process {
    int pid;
    int parent;
    int group;
    int session;
    char state;
    long threads;
    unsigned long long start_time;
};

/// Parses the content of a `stat` file, which ends with a zero byte; 0, or -1 when it is none.
int linux_parse_process(const char *stat, struct linux_process *process);

/// Reads `/proc/PID/stat`, or that of a thread unless this is 0; 0, or -1 when there is no such process.
///
/// In C, as a fork storm has it called for thousands of processes.
int linux_read_process(int pid, int thread, struct linux_process *process);

/// Sends a signal to a process by its pidfd; 0, or -1 with errno.
int linux_pidfd_send_signal(int descriptor, int signal);

/// Whether this process may execute a file with its effective ids: 0, or the number of an error: EISDIR for a directory,
/// EACCES for any other file that is not a program.
int linux_check_program(const char *path);

/// Makes a file in memory, positioned at its beginning, which can only be read; or -1 with errno.
int linux_memory_file(const void *bytes, unsigned long count);

#endif
