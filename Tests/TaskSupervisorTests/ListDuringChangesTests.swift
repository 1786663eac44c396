import JSON
import TaskControl
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskBoard
@testable import TaskStore
@testable import TaskSupervisor

@Suite("A list that is read while tasks change")
struct ListDuringChangesTests {
    /// A service and its store, of which a test chooses the order of events.
    private struct Script {
        let board = SharedBoard(TaskBoard(policy: TaskBoard.Policy(window: 2)))
        let clock = ServiceClock()
        /// The most finished tasks to keep.
        let keep = 12
        var random: SeededGenerator
        private var ids = TaskIDGenerator()
        private var working: [TaskID] = []
        /// Ends that are not committed yet.
        private var ends: [TaskRecord] = []
        /// Ends that are committed and not shown yet.
        private var committed: [TaskID] = []
        /// What the store has, in the order of the ends.
        private(set) var stored: [TaskRecord] = []
        private(set) var pruned: Set<TaskID> = []

        init(seed: UInt64) {
            random = SeededGenerator(seed: seed)
        }

        /// All tasks there are.
        var existing: Set<TaskID> { Set(board.read(\.entries).keys).union(stored.map(\.id)) }

        func isShownAsEnded(_ id: TaskID) -> Bool {
            board.read { board in board.entries[id]?.state.isFinal ?? true }
        }

        private mutating func receive(_ event: BoardEvent) {
            for case .store(let record) in board.receive(event, at: clock.now) {
                // A start is stored at once.
                if record.state.isFinal { ends.append(record) } else { receive(.task(record.id, .stored)) }
            }
            _ = board.dequeueChanges()
        }

        mutating func change(atMost count: Int) {
            for _ in 0..<Int.random(in: 0...count, using: &random) { change() }
        }

        private mutating func change() {
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                let id = ids.next(at: clock.now.wall)
                receive(
                    .submitted(
                        TaskRecord(
                            id: id, type: "process_data", data: [:], state: .queued,
                            progress: TaskProgress(done: 0, total: 1), createdAt: clock.now.wall),
                        by: RequestID(number: 0), hasSlot: false))
                receive(.task(id, .started(pid: 17)))
                working.append(id)
            case 1:
                guard let index = working.indices.randomElement(using: &random) else { return }
                let id = working.remove(at: index)
                receive(.task(id, .updated(.outcome(.completed(["a": 1])))))
                receive(.task(id, .ended(WorkerEnd(status: .exited(code: 0), reaped: 1), lastLogLine: nil)))
            case 2: commit()
            default:
                if !committed.isEmpty { receive(.task(committed.removeFirst(), .stored)) }
            }
        }

        private mutating func commit() {
            guard !ends.isEmpty else { return }
            let record = ends.removeFirst()
            stored.append(record)
            committed.append(record.id)
            guard stored.count > keep else { return }
            // Reported once the end is shown.
            while let id = committed.first {
                receive(.task(id, .stored))
                committed.removeFirst()
            }
            let first = stored.removeFirst()
            pruned.insert(first.id)
            receive(.pruned([PrunedTask(id: first.id, type: first.type, state: first.state)]))
        }

        /// What the store returns for a page.
        mutating func finished(_ query: TaskQuery) -> TaskStore.FinishedPage {
            change(atMost: 12)
            let matching = stored.filter { record in
                query.matches(record.type, record.state) && query.includes(record.id)
            }.sorted { query.isBefore($0.id, $1.id) }
            let page = matching.prefix(min(query.limit ?? .max, 5))
            change(atMost: 12)
            return TaskStore.FinishedPage(
                items: page.map(EncodedRecord.init), next: page.count < matching.count ? page.last?.id : nil)
        }
    }

    @Test("A list has every task once that exists all the time", arguments: 0..<200)
    func once(round: Int) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var script = Script(seed: seed)
        for _ in 0..<10 { script.change(atMost: 40) }
        let before = script.existing
        var query = TaskQuery(limit: round % 3 == 0 ? 4 : nil)
        query.isNewestFirst = round % 2 == 0
        var listed: [TaskID] = []
        repeat {
            let shown = before.filter(script.isShownAsEnded)
            let clock = script.clock
            let page = try await script.board.page(query, .all, at: { clock.now }) { _ in script.finished(query) }
            for task in page.tasks {
                let isEnded = try JSONCoding.decode(TaskRecord.self, from: task.text().utf8).state.isFinal
                // Neither what will be shown later, nor what was shown earlier.
                #expect(!isEnded || script.isShownAsEnded(task.id), "seed \(seed): \(task.id)")
                #expect(isEnded || !shown.contains(task.id), "seed \(seed): \(task.id)")
            }
            listed += page.tasks.map(\.id)
            query.after = page.next
            script.change(atMost: 12)
        } while query.after != nil
        #expect(listed == Set(listed).sorted(by: query.isBefore), "seed \(seed)")
        let missing = before.subtracting(script.pruned).subtracting(listed)
        #expect(missing.isEmpty, "seed \(seed)")
    }
}
