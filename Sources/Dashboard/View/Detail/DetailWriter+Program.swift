import TaskModel

// How a program ended, and what it wrote.
extension DetailWriter {
    mutating func writeProgram(_ record: TaskRecord) {
        write("exit code", record.exitCode.map(String.init))
        write("signal", record.signal)
        write("left behind", record.leftBehind.flatMap(Self.leftBehindText))
        write("output", record.output.map(Self.outputText))
    }

    /// `2 processes, which were ended`; `nil` for none.
    private static func leftBehindText(_ count: Int) -> String? {
        switch count {
        case ...0: nil
        case 1: "1 process, which was ended"
        default: "\(count) processes, which were ended"
        }
    }

    /// `120 lines, 4.2K; the oldest are dropped; 12 bytes lost`.
    private static func outputText(_ output: ProgramOutput) -> String {
        guard output.bytes > 0 else { return "nothing" }
        let lines = output.lines == 1 ? "1 line" : "\(output.lines) lines"
        return "\(lines), \(Format.size(output.bytes))"
            + (output.truncated ? "; the oldest are dropped" : "")
            + (output.lost > 0 ? "; \(Format.size(output.lost)) lost" : "")
    }
}
