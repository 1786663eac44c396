import JSON
import TaskModel
import WorkerProtocol

/// Reads the progress that a program reports: `{"done": 3, "total": 10, "step": "encode"}`, one object a line.
struct ProgressLines {
    struct Found {
        /// The last progress; `nil` when no line reports one.
        var progress: TaskProgress?
        /// The first line of all that reports none, safe to show.
        var invalid: String?
    }

    /// The most bytes of a line.
    private static let lineLimit = 4096
    private static let stepLimit = 200
    private static let excerptLimit = 100

    /// Whether a line has reported progress, so that the output need not be searched for it.
    private(set) var hasReported = false
    private var hasFailed = false
    private var splitter = LineSplitter(limit: lineLimit)

    mutating func append(_ bytes: UnsafeRawBufferPointer) -> Found {
        var found = Found()
        for piece in splitter.feed(bytes) {
            switch piece {
            case .line(let line): read(line, &found)
            case .overlong(let line): fail(line, &found)
            }
        }
        return found
    }

    /// Reads the last line, which has no end.
    mutating func finish() -> Found {
        var found = Found()
        if let line = splitter.finish() { read(line, &found) }
        return found
    }

    private mutating func read(_ line: String, _ found: inout Found) {
        if line.utf8.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) { return }
        guard let progress = try? JSONCoding.decode(Line.self, from: line.utf8).progress, progress.isPlausible,
            progress.total > 0
        else { return fail(line, &found) }
        hasReported = true
        found.progress = progress
    }

    private mutating func fail(_ line: String, _ found: inout Found) {
        if !hasFailed { found.invalid = PlainText.visible(String(line.prefix(Self.excerptLimit))) }
        hasFailed = true
    }

    private struct Line: JSONObjectReadable {
        let progress: TaskProgress

        init(members: JSONMembers) throws(JSONShapeError) {
            let step: String? = try members.optional("step")
            progress = TaskProgress(
                done: try members.value("done"), total: try members.value("total"),
                step: step.map { TitleText.line($0, atMost: ProgressLines.stepLimit) })
        }
    }
}
