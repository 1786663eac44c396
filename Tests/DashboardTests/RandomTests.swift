import JSON
import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import Dashboard

@Suite("Random events")
struct RandomTests {
    private static let texts = ["x", "界", "🚀", "\u{1B}[2J", "a b", "", "9", "[1]", "\u{301}", "1e5"]
    private static let keys: [Key] =
        [
            .up, .down, .left, .right, .pageUp, .pageDown, .home, .end, .enter, .enter, .escape, .escape, .tab,
            .backTab,
            .backspace, .delete, .function(3), .function(3), .function(4), .function(6), .function(7), .function(9),
            .control(" "),
        ]
        + "abcdefhjklmnopqrstuvwxyzKSUGg?/ 0159[],.-{}\"AA**==<>+&!CIOTPMEBFtahyw".unicodeScalars.map { .character($0) }
        + "abcdefkluwz".unicodeScalars.map { .control($0) } + [.character("界"), .character("\u{301}")]

    // Serialized, so that the tests of real programs get a processor.
    @Test("random keys, clicks, sizes and events leave the dashboard consistent", .serialized, arguments: 0..<8)
    func everything(seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        var script = DashboardScript(
            Size(width: 100, height: 30), capabilities: Capabilities(isUnicode: seed % 2 == 0))
        var known: [TaskID: TaskState] = [:]
        var created = 0
        var outstanding: [DashboardCommand] = []
        for step in 0..<3_000 {
            // The tests of real programs use the same few threads.
            if step % 20 == 0 { await Task.yield() }
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<60: script.press(Self.keys.randomElement(using: &random) ?? .escape)
            case 60..<70:
                script.send(
                    .input(
                        .mouse(
                            MouseEvent(
                                MouseEvent.Kind.allCases.randomElement(using: &random) ?? .press,
                                at: Position(
                                    x: .random(in: -1...130, using: &random), y: .random(in: -1...40, using: &random))))
                    ))
            case 70..<73:
                script.resize(.random(in: 0...200, using: &random), .random(in: 0...40, using: &random))
            case 73..<75: script.send(.input(.paste(Self.texts.randomElement(using: &random) ?? "")))
            case 75..<87: change(&script, &known, &created, &random)
            case 87..<92:
                script.log(
                    .allCases.randomElement(using: &random) ?? .info, Self.texts.randomElement(using: &random) ?? "")
            case 92: script.pass(seconds: 1)
            case 93: script.send(.tasksChanged(Self.failures(&random)))
            case 94..<96:
                script.send(
                    .usageRead(
                        known.mapValues { _ in
                            WorkerUsage(
                                cpuSeconds: .random(in: 0...1e9, using: &random),
                                memoryBytes: .random(in: 0...Int.max >> 20, using: &random))
                        }))
            default:
                guard !outstanding.isEmpty else { break }
                answer(outstanding.remove(at: .random(in: outstanding.indices, using: &random)), to: &script, &random)
            }
            outstanding += script.commands
            script.commands = []
            check(script.model, known)
            // Drawing needs most of the time; every sixteenth frame suffices.
            if step % 16 == 0 { check(script.model.frame, size: script.model.size) }
        }
        #expect(created > 100)
    }

    /// Random failures of the service.
    private static func failures(_ random: inout SeededGenerator) -> TaskChanges {
        let text = texts.randomElement(using: &random) ?? ""
        let storageFailures: [StorageFailure?] = [.diskFull(text), .unavailable(text), nil, nil]
        let (limit, active) = (Int.random(in: 1...9, using: &random), Int.random(in: 0...9, using: &random))
        return TaskChanges(
            queue: QueueStatus(
                isPaused: .random(using: &random), maxRunning: Bool.random(using: &random) ? limit : nil,
                active: active, queued: 3),
            launchFailure: Bool.random(using: &random) ? text : nil,
            storageFailure: storageFailures.randomElement(using: &random) ?? nil)
    }

    private func change(
        _ script: inout DashboardScript, _ known: inout [TaskID: TaskState], _ created: inout Int,
        _ random: inout SeededGenerator
    ) {
        if known.count > 100, let id = known.filter(\.value.isFinal).keys.min() {
            known[id] = nil
            script.send(.tasksChanged(TaskChanges(removed: [id])))
        }
        if created == 0 || Bool.random(using: &random) { created += 1 }
        let number = Bool.random(using: &random) ? created : .random(in: 1...created, using: &random)
        let state = TaskState.allCases.randomElement(using: &random) ?? .running
        let id = DashboardScript.id(number)
        // Finished tasks stay finished, and removed tasks do not return.
        guard number == created && known[id] == nil || known[id]?.isFinal == false else { return }
        var record = DashboardScript.record(
            number, Self.texts.randomElement(using: &random) ?? "", state, done: .random(in: 0...4, using: &random))
        record.progress.fraction = .random(in: 0...1, using: &random)
        record.progress.step = Self.texts.randomElement(using: &random)
        record.activeMilliseconds = .random(in: 0...Int.max >> 10, using: &random)
        record.options.priority = .random(in: -100...100, using: &random)
        record.options.timeout = Bool.random(using: &random) ? .random(in: 0.001...31_536_000, using: &random) : nil
        record.options.retries = .random(in: 0...100, using: &random)
        if state == .queued {
            record.queuePosition = Bool.random(using: &random) ? 1 : nil
            record.retryAt = Bool.random(using: &random) ? Timestamp(milliseconds: .max >> 8) : nil
        }
        record.title = Self.texts.randomElement(using: &random) ?? ""
        record.queueOrder = .random(in: -2...2, using: &random)
        record.startedAt =
            Bool.random(using: &random) ? Timestamp(milliseconds: .random(in: 0...1 << 42, using: &random)) : nil
        record.notAnsweringSince = Bool.random(using: &random) ? DashboardScript.start : nil
        record.reason =
            [nil, .paused(since: DashboardScript.start), .other("it rests")].randomElement(using: &random) ?? nil
        record.name = Bool.random(using: &random) ? Self.texts.randomElement(using: &random) : nil
        record.pending = TaskAction.allCases.randomElement(using: &random)
        record.result = ["text": .string(Self.texts.joined(separator: "\n")), "deep": [[1, ["x": nil]], []]]
        known[id] = state
        script.add(record)
    }

    private func answer(_ command: DashboardCommand, to script: inout DashboardScript, _ random: inout SeededGenerator)
    {
        switch command {
        case .perform(let ticket):
            guard let record = script.model.tasks.rows[ticket.id]?.record else { return }
            script.send(
                .performed(
                    ticket,
                    Bool.random(using: &random)
                        ? .success(record)
                        : .failure(.invalidState(ticket.id, action: ticket.action, current: record.state))))
        case .submit, .runAgain:
            let origin: SubmissionOrigin = if case .runAgain(let id) = command { .copy(of: id) } else { .form }
            let problem = FieldProblem(field: "task_data.delay", code: "wrong_type", message: "must be a number")
            script.send(
                .submitted(
                    origin, Bool.random(using: &random) ? .failure(.shuttingDown) : .failure(.invalidFields([problem])))
            )
        case .setPriority(let priority, let id):
            guard var record = script.model.tasks.rows[id]?.record else { return }
            record.options.priority = priority
            script.send(
                .prioritized(
                    id, Bool.random(using: &random) ? .success(record) : .failure(.notQueued(id, current: .running))))
        case .move(let id, let end):
            guard let record = script.model.tasks.rows[id]?.record else { return }
            script.send(
                .moved(
                    id, end,
                    Bool.random(using: &random) ? .success(record) : .failure(.notQueued(id, current: .running)))
            )
        case .save(_, let path):
            script.send(
                .saved(
                    path: path, Bool.random(using: &random) ? .success(9) : .failure(SaveError(reason: "it exists"))))
        case .setQueuePaused(let isPaused): script.send(.queueChanged(.success(QueueStatus(isPaused: isPaused))))
        case .readDetail(let id):
            let record = script.model.tasks.rows[id]?.record
            script.send(
                .detailRead(
                    id, record.map { TaskDetail(record: $0, worker: .status(["a": [1, "b"]]), log: Self.texts) }))
        case .readUsage: script.send(.usageRead([:]))
        case .completePath(let path):
            script.send(.pathCompleted(path, PathCompletion(path: path + "/", names: ["a", "b"])))
        case .followOutput(let id): id.map { script.send(.outputGrew($0)) }
        case .readOutput(let id, let query):
            if Bool.random(using: &random) { script.send(.outputGrew(id)) }
            script.send(.outputRead(id, query, Self.output(query, &random)))
        case .copyOutput(let id, _): script.send(.outputCopied(id, .success(OutputText("a line\n"))))
        case .readLastLine(let id): script.send(.lastLineRead(id, Bool.random(using: &random) ? "last line" : nil))
        case .copyResult(let id): script.send(.resultCopied(id, .success(["a": 1])))
        case .endService:
            script.send(.serviceEndRequested(Bool.random(using: &random) ? .success(()) : .failure(.shuttingDown)))
        case .readTypes, .quit, .hangUp, .terminal: break
        }
    }

    /// A page of a log that grows and rotates at random.
    private static func output(
        _ query: OutputQuery, _ random: inout SeededGenerator
    ) -> Result<OutputPage?, TaskError> {
        if Int.random(in: 0..<8, using: &random) == 0 { return .success(nil) }
        if Int.random(in: 0..<20, using: &random) == 0 { return .failure(.storageUnavailable(reason: "EIO")) }
        var output = ScriptedOutput()
        output.dropped = .random(in: 0...3, using: &random) * 100
        output.append(
            (0..<Int.random(in: 0...500, using: &random)).map {
                "\($0) " + (texts.randomElement(using: &random) ?? "")
            },
            ProgramStream.allCases.randomElement(using: &random) ?? .standardOutput)
        output.setOpen(String(repeating: "x", count: .random(in: 0...1000, using: &random)))
        var query = query
        query.limit = .random(in: 1...300, using: &random)
        return .success(FakeTaskOutputs.page(query, of: output.lines, open: output.open, dropped: output.dropped))
    }

    private func check(_ model: DashboardModel, _ known: [TaskID: TaskState]) {
        let tasks = model.tasks
        let isSelected =
            tasks.order.isEmpty
            ? tasks.selection.map { known[$0] != nil } ?? true : tasks.order[tasks.selectedIndex] == tasks.selection
        #expect(isSelected)
        #expect(tasks.rows.count == known.count)
        #expect(tasks.tags.allSatisfy { known[$0] != nil })
        let targets = model.targets
        #expect(targets.ids.allSatisfy { known[$0] != nil } && targets.count == targets.ids.count)
        #expect(targets.hidden.values.reduce(0, +) <= targets.count && targets.hidden.values.allSatisfy { $0 > 0 })
        #expect(tasks.counts.values.allSatisfy { $0 >= 0 } && tasks.counts.values.reduce(0, +) == known.count)
        let silent = tasks.rows.values.filter(\.record.isSilent)
        #expect(model.silentTasks == Set(silent.map(\.record.id)))
        let page = model.layout.tableRows
        #expect(tasks.top >= 0)
        if page > 0 {
            #expect(tasks.top <= tasks.selectedIndex)
            #expect(tasks.selectedIndex < tasks.top + page)
        }
        #expect(model.log.endIndex <= model.log.shown.count)
        #expect(model.log.shown.isEmpty || model.log.endIndex > 0)
        // No overlay is above a question.
        for (index, overlay) in model.overlays.enumerated() where index < model.overlays.count - 1 {
            if case .confirmation = overlay { Issue.record("a question is hidden") }
        }
        #expect(model.overlays.count <= 4)
    }

    private func check(_ frame: Frame, size: Size) {
        #expect(frame.size == size)
        #expect(frame.rows.count == size.height)
        let isWhole = frame.rows.allSatisfy { row in
            row.count == size.width && row.first?.scalar != nil || row.isEmpty
        }
        #expect(isWhole)
        let isHarmless = frame.rows.allSatisfy { row in
            row.allSatisfy { cell in cell.scalar.map { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) } ?? true }
        }
        #expect(isHarmless)
        if let cursor = frame.cursor { #expect(cursor.x < max(1, size.width) && cursor.y < max(1, size.height)) }
    }
}
