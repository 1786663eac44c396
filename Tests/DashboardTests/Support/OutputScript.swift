import JSON
import TaskModel
import TestSupport

@testable import Dashboard

/// The output of a task, as a service would have it.
struct ScriptedOutput {
    var lines: [OutputLine] = []
    var open: [OutputLine] = []
    /// The number of lines dropped from the beginning.
    var dropped = 0
    var attempt = 1

    init(_ texts: String...) { append(texts) }

    mutating func append(_ texts: [String], _ stream: ProgramStream = .standardOutput) {
        for text in texts {
            lines.append(FakeTaskOutputs.line(text, stream, number: dropped + lines.count, attempt))
        }
    }

    /// Replaces the line that has not ended.
    mutating func setOpen(_ text: String) {
        open = [FakeTaskOutputs.line(text, number: dropped + lines.count, attempt)]
    }

    mutating func drop(_ count: Int) {
        lines.removeFirst(count)
        dropped += count
    }
}

extension DashboardScript {
    /// Answers all requests for output.
    mutating func answer(_ output: ScriptedOutput?) {
        while let position = commands.firstIndex(where: { $0.outputRequest != nil }),
            let (id, query) = commands.remove(at: position).outputRequest
        {
            let page = output.map {
                FakeTaskOutputs.page(query, of: $0.lines, open: $0.open, dropped: $0.dropped, attempt: $0.attempt)
            }
            send(.outputRead(id, query, .success(page)))
        }
    }

    /// Signals growth of the shown output, and answers all requests.
    mutating func show(_ output: ScriptedOutput?) {
        if let id = model.output?.id { send(.outputGrew(id)) }
        answer(output)
    }

    /// A dashboard with a running program that has the id 1.
    static func program(
        _ output: ScriptedOutput, _ width: Int = 160, _ height: Int = 40, capabilities: Capabilities = Capabilities()
    ) -> DashboardScript {
        var script = DashboardScript(Size(width: width, height: height), capabilities: capabilities)
        var record = record(1, "command", .running, done: 0, of: 100)
        record.data = ["command": "make -j8 all"]
        record.title = "make -j8 all"
        record.progress.step = nil
        record.output = ProgramOutput(bytes: 512, lines: output.lines.count)
        script.add(record, Self.record(2, "process_data", .running))
        script.press(.home, .down)
        script.show(output)
        return script
    }

    /// The texts of the output on the screen.
    var outputRows: [String] {
        guard let pane = model.output else { return [] }
        let split = model.detailedTask == nil ? model.sideSplit.output : model.detailSplit.output
        return lines[split.y..<split.y + split.height].dropFirst().map { line in
            var text = CellText(line, isUnicode: true).dropping(split.x).text
            while text.first == " " { text.removeFirst() }
            return text
        }.filter { !$0.isEmpty || pane.count == 0 }
    }
}

extension DashboardCommand {
    var outputRequest: (TaskID, OutputQuery)? {
        if case .readOutput(let id, let query) = self { (id, query) } else { nil }
    }
}
