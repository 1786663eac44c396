package import TaskModel

/// What a pump reports while a program runs.
package enum OutputReport: Sendable, Hashable {
    /// At most once a second.
    case output(ProgramOutput)
    /// At most 20 times a second; the last one is never left out.
    case progress(TaskProgress)
    /// The first line on the descriptor for progress that reports none, safe to show.
    case invalidProgress(String)
}

/// What there is to say of a program's output at its end.
package struct OutputSummary: Sendable, Hashable {
    package var output = ProgramOutput()
    /// The last line that is not blank, safe to show; `nil` without one.
    package var lastLine: String?
}
