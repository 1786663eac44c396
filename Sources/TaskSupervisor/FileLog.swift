import TaskControl
import TaskModel
import TaskOutput

/// The log of a program.
final class FileLog: TaskLog {
    let hasTimes = true
    let tag: String?
    private let file: OutputLog
    private let reader: OutputReader
    private let selection: OutputSelection
    private let follower: AttemptFollower?
    private let source: TaskLogFiles
    private let wasTruncated: Bool

    /// - Parameter isTruncated: whether the beginning has been dropped by now.
    init(
        _ file: OutputLog, _ reader: OutputReader, _ selection: OutputSelection, isTruncated: Bool, tag: String?,
        follower: AttemptFollower?, source: TaskLogFiles
    ) {
        self.file = file
        self.reader = reader
        self.selection = selection
        wasTruncated = isTruncated
        self.tag = tag
        self.follower = follower
        self.source = source
    }

    var isTruncated: Bool { wasTruncated || reader.hasGap }

    func size() async throws(TaskError) -> Int {
        let all = try await source.read { [file, selection] () throws(OutputError) in
            try OutputReader(file, selection)
        }
        var size = 0
        // In steps, between which others can read.
        while case .bytes(let bytes) = try await source.read({ () throws(OutputError) in try all.next() }) {
            size += bytes.count
        }
        return size
    }

    func skip(_ count: Int) async throws(TaskError) {
        var rest = count
        while rest > 0 {
            let part = min(rest, 64 << 10)
            try await source.read { [reader] () throws(OutputError) in try reader.skip(part) }
            rest -= part
        }
    }

    func next() async throws(TaskError) -> [UInt8]? {
        while true {
            // Before the reading: nothing is written after the end.
            let isAtEnd = follower?.hasEnded ?? true
            switch try await source.read({ [reader] () throws(OutputError) in try reader.next() }) {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case .wait:
                // A signal since the last reading is still there.
                let isContinued = isAtEnd ? false : await follower?.waitForMore() ?? false
                if !isContinued { try await source.read { [reader] () throws(OutputError) in try reader.end() } }
            }
        }
    }

    func stopFollowing() { follower?.stop() }
}
