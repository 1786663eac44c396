import JSON
import TaskModel
import Testing
import WorkerProtocol

@testable import TaskBoard
@testable import TaskSupervisor

@Suite("The queue")
struct QueueTests {
    private static func script(maxRunning: Int?, keepsQueue: Bool = false, requeues: Bool = false) -> BoardScript {
        BoardScript(
            TaskBoard.Policy(maxRunning: maxRunning, keepsQueue: keepsQueue, requeuesInterrupted: requeues))
    }

    private static func options(
        priority: Int = 0, timeout: Double? = nil, retries: Int = 0, notBefore: Int64? = nil
    ) -> TaskOptions {
        var options = TaskOptions()
        options.priority = priority
        options.timeout = timeout
        options.retries = retries
        options.notBefore = notBefore.map { Timestamp(milliseconds: $0) }
        return options
    }

    @Test("tasks start by priority, then by age, as room is made")
    func order() throws {
        var script = Self.script(maxRunning: 1)
        let first = try script.running()
        let low = try script.submit(Self.options(priority: -1))
        let normal = try script.submit()
        let high = try script.submit(Self.options(priority: 100))
        let late = try script.submit()
        #expect(try [low, normal, high, late].map { try script.record($0).queuePosition } == [4, 2, 1, 3])
        #expect(script.board.queue == QueueStatus(isHeld: false, maxRunning: 1, active: 1, queued: 4))
        var ended = first
        for expected in [high, normal, late, low] {
            try script.end(ended)
            #expect(script.launched.last == expected)
            #expect(try script.record(expected).queuePosition == nil)
            try script.open(expected)
            ended = expected
        }
    }

    @Test("a slot is open as long as a task that is submitted would start at once")
    func openSlots() throws {
        var script = Self.script(maxRunning: 2)
        #expect(script.board.openSlots == 2)
        let first = try script.submit()
        #expect(script.board.openSlots == 1)
        // One that waits for a time takes none.
        _ = try script.submit(Self.options(notBefore: script.now.wall.milliseconds + 1000))
        #expect(script.board.openSlots == 1)
        _ = try script.submit()
        #expect(script.board.openSlots == 0)
        try script.end(first)
        #expect(script.board.openSlots == 1)
        try script.receive(.held(true))
        #expect(script.board.openSlots == 0)
        try script.receive(.held(false))
        #expect(script.board.openSlots == 1)
        try script.receive(.shutdownRequested(byForce: false))
        #expect(script.board.openSlots == 0)
        #expect(Self.script(maxRunning: nil).board.openSlots == .max)
    }

    @Test("tasks that are being stored count for the limit of the queue, unless they will start at once")
    func pendingSubmissions() {
        func isFull(_ pending: PendingSubmissions, timed: Bool = false, queued: Int = 0, openSlots: Int) -> Bool {
            pending.fillQueue(of: 2, for: timed, queued: queued, openSlots: openSlots)
        }
        var pending = PendingSubmissions()
        #expect(!isFull(pending, queued: 1, openSlots: 0))
        #expect(isFull(pending, queued: 2, openSlots: 0))
        // It starts at once, unless it waits for a time, as the two do.
        #expect(!isFull(pending, queued: 2, openSlots: 1))
        #expect(isFull(pending, timed: true, queued: 2, openSlots: 1))
        pending.begin(isTimed: false)
        #expect(!isFull(pending, queued: 2, openSlots: .max))
        #expect(isFull(pending, queued: 2, openSlots: 1))
        #expect(isFull(pending, queued: 1, openSlots: 0))
        #expect(!isFull(pending, queued: 1, openSlots: 1))
        pending.begin(isTimed: true)
        #expect(isFull(pending, queued: 1, openSlots: 1))
        #expect(!isFull(pending, queued: 1, openSlots: 2))
        pending.end(isTimed: true)
        pending.end(isTimed: false)
        #expect(!isFull(pending, queued: 1, openSlots: 0))
    }

    @Test("name and title stay with every attempt")
    func names() throws {
        var script = Self.script(maxRunning: 1)
        var record = script.newRecord(Self.options(retries: 1))
        (record.name, record.title) = ("a\n", "a")
        try script.receive(.submitted(record))
        try script.open(record.id)
        try script.end(record.id, .exited(code: 1))
        try script.pass(.seconds(1))
        try script.open(record.id)
        #expect(try script.record(record.id).attempt == 2)
        try script.end(record.id, .exited(code: 1))
        for stored in script.stored + [try script.record(record.id)] {
            #expect(stored.name == "a\n")
            #expect(stored.title == "a")
        }
    }

    @Test("another priority is another place")
    func priority() throws {
        var script = Self.script(maxRunning: 1)
        let first = try script.running()
        let (second, third) = (try script.submit(), try script.submit())
        try script.receive(.reordered(third, priority: 1, order: nil))
        #expect(try script.record(third).queuePosition == 1)
        #expect(try script.record(second).queuePosition == 2)
        try script.end(first)
        #expect(script.launched.last == third)
    }

    @Test("while the queue is held nothing starts, what runs goes on, and releasing it starts what has room")
    func holding() throws {
        var script = Self.script(maxRunning: 2)
        let running = try script.running()
        try script.receive(.held(true))
        let waiting = [try script.submit(), try script.submit()]
        #expect(script.launched == [running])
        try script.receive(.updated(running, .progress(TaskProgress(done: 1, total: 3))))
        #expect(try script.record(running).progress.done == 1)
        try script.receive(.held(false))
        #expect(script.launched == [running, waiting[0]])
    }

    @Test(
        "a task that waits is ended at once",
        arguments: [(TaskAction.terminate, TaskState.terminated), (.kill, .killed)])
    func ending(action: TaskAction, state: TaskState) throws {
        var script = Self.script(maxRunning: 0)
        let id = try script.submit()
        let request = try script.request(action, id)
        guard case .success(let record)? = script.answers(to: request).first else {
            Issue.record("there is no answer")
            return
        }
        #expect(record.state == state)
        #expect(script.board.queue.queued == 0)
    }

    @Test("an end is told when it is stored, not before, and what is asked meanwhile is answered then")
    func storing() throws {
        var script = Self.script(maxRunning: nil)
        script.storesAtOnce = false
        let id = try script.running()
        try script.receive(.updated(id, .outcome(.completed(7))))
        try script.end(id)
        #expect(script.stored.last?.state == .completed)
        #expect(try script.record(id).state == .stopping)
        let (kill, pause) = (try script.request(.kill, id), try script.request(.pause, id))
        #expect(script.answers(to: kill).isEmpty)
        try script.receive(.stored(id))
        #expect(try script.record(id) == script.stored.last)
        #expect(script.answers(to: kill) == [.success(try script.record(id))])
        #expect(script.answers(to: pause) == [.failure(.invalidState(id, action: .pause, current: .completed))])
    }

    // MARK: - Timeout

    @Test("a timeout counts running time only, ends the task gracefully, then by force, and says so")
    func timeout() throws {
        var script = Self.script(maxRunning: nil)
        let id = try script.running(Self.options(timeout: 2))
        try script.pass(.milliseconds(1500))
        try script.receive(.updated(id, .paused))
        try script.pass(.seconds(60))
        try script.receive(.updated(id, .resumed))
        try script.pass(.milliseconds(499))
        #expect(try script.record(id).state == .running)
        try script.pass(.milliseconds(1))
        #expect(try script.record(id).state == .stopping)
        #expect(try script.lastCall().command == .terminate)
        try script.pass(.seconds(10))
        #expect(script.signals() == [.terminate, .kill])
        try script.end(id, .killed)
        let record = try script.record(id)
        #expect(record.state == .failed)
        #expect(record.error == "timed out after 2 s")
        #expect(record.termination?.stage == .sigkill)
    }

    @Test("whoever is done by the time it is stopped is completed")
    func lateTimeout() throws {
        var script = Self.script(maxRunning: nil)
        let id = try script.running(Self.options(timeout: 2))
        try script.pass(.seconds(2))
        try script.receive(.updated(id, .outcome(.completed(1))))
        try script.end(id)
        #expect(try script.record(id).state == .completed)
    }

    // MARK: - Retries

    @Test("a failed task is started again, each time twice as late, until it has failed once too often")
    func retries() throws {
        var script = Self.script(maxRunning: nil)
        let id = try script.running(Self.options(retries: 2))
        for (number, delay) in [(1, 1), (2, 2)] {
            try script.pass(.milliseconds(100))
            try script.receive(.updated(id, .outcome(.failed("no luck"))))
            try script.end(id, .exited(code: 1))
            let record = try script.record(id)
            #expect(record.state == .queued)
            #expect(record.attempt == number + 1)
            #expect(record.attempts.last?.error == "no luck")
            #expect(record.attempts.last?.exitCode == 1)
            #expect(record.attempts.last?.activeMilliseconds == 100)
            #expect(record.pid == nil)
            #expect(record.queuePosition == nil)
            #expect(record.retryAt?.milliseconds == script.now.wall.milliseconds + Int64(delay * 1000))
            #expect(script.stored.last == record)
            try script.pass(.seconds(delay) - .milliseconds(1))
            #expect(script.launched.count == number)
            try script.pass(.milliseconds(1))
            #expect(script.launched.count == number + 1)
            try script.open(id)
        }
        try script.end(id, .killed)
        let record = try script.record(id)
        #expect(record.state == .failed)
        #expect(record.attempts.count == 2)
        #expect(record.attempt == 3)
    }

    @Test("who has asked for the end has no other attempt made", arguments: [TaskAction.terminate, .kill])
    func unwanted(action: TaskAction) throws {
        var script = Self.script(maxRunning: nil)
        let id = try script.running(Self.options(retries: 5))
        try script.request(action, id)
        try script.end(id, .exited(code: 3))
        #expect(try script.record(id).state.isFinal)
    }

    @Test("also while it waits for its next attempt")
    func unwantedLater() throws {
        var script = Self.script(maxRunning: nil)
        let id = try script.running(Self.options(retries: 5))
        try script.end(id, .killed)
        try script.request(.terminate, id)
        #expect(try script.record(id).state == .terminated)
        try script.pass(.seconds(60))
        #expect(script.launched.count == 1)
    }

    // MARK: - Time

    @Test("a task is not started before its time, and takes its place in line then")
    func notBefore() throws {
        var script = Self.script(maxRunning: nil)
        let id = try script.submit(Self.options(notBefore: 90_000))
        #expect(try script.record(id).queuePosition == nil)
        try script.pass(.milliseconds(89_999))
        #expect(script.launched.isEmpty)
        try script.pass(.milliseconds(1))
        #expect(script.launched == [id])
    }

    @Test("a clock that is set is noticed within half a minute, forward and back")
    func clockJumps() throws {
        var script = Self.script(maxRunning: nil)
        let id = try script.submit(Self.options(notBefore: 3_600_000))
        try script.pass(.seconds(60))
        script.setClock(forwardBy: .seconds(3600))
        try script.pass(.seconds(30))
        #expect(script.launched == [id])

        let second = try script.submit(Self.options(notBefore: script.now.wall.milliseconds + 10_000))
        script.setClock(forwardBy: .seconds(-600))
        try script.pass(.seconds(600))
        #expect(script.launched == [id])
        try script.pass(.seconds(11))
        #expect(script.launched == [id, second])
    }

    @Test("a clock that is set changes neither the running time nor the wait for another attempt")
    func clockJumpsWhileRunning() throws {
        var script = Self.script(maxRunning: nil)
        let id = try script.running(Self.options(timeout: 10, retries: 1))
        script.setClock(forwardBy: .seconds(-86_400))
        try script.pass(.seconds(5))
        script.setClock(forwardBy: .seconds(172_800))
        #expect(try script.record(id).state == .running)
        #expect(try script.record(id).activeMilliseconds == 5000)
        try script.end(id, .killed)
        script.setClock(forwardBy: .seconds(-86_400))
        try script.pass(.seconds(1))
        #expect(script.launched.count == 2)
    }

    // MARK: - The service's end

    @Test("tasks that wait are left as they are by a shutdown, however many there are", arguments: [true, false])
    func shutdown(keepsQueue: Bool) throws {
        var script = Self.script(maxRunning: 1, keepsQueue: keepsQueue)
        let running = try script.running()
        let waiting = try script.submit()
        for _ in 0..<1000 { _ = try script.submit() }
        let later = try script.submit(Self.options(notBefore: script.now.wall.milliseconds + 1000))
        let actions = try script.receive(.shutdownRequested(byForce: false))
        // The call to the worker, and the state of its task.
        #expect(actions.count == 2)
        #expect(try [waiting, later].map { try script.record($0).state } == [.queued, .queued])
        #expect(!script.isDrained)
        try script.pass(.seconds(2))
        // An end that a client asks for meanwhile is answered.
        let end = try script.request(.terminate, later)
        #expect(try script.answers(to: end).map { try $0.get().state } == [.terminated])
        try script.receive(.updated(running, .outcome(.stopped)))
        try script.end(running)
        #expect(try script.record(running).state == .terminated)
        #expect(script.isDrained)
        #expect(script.launched == [running])
    }

    @Test("what the end interrupts waits for another attempt, where it is to, and loses no retry by it")
    func requeueing() throws {
        var script = Self.script(maxRunning: 1, keepsQueue: true, requeues: true)
        let id = try script.running(Self.options(retries: 1))
        try script.receive(.shutdownRequested(byForce: false))
        try script.receive(.updated(id, .outcome(.stopped)))
        try script.end(id)
        let record = try script.record(id)
        #expect(record.state == .queued)
        #expect(record.attempts.map(\.isInterrupted) == [true])
        #expect(script.stored.last?.state == .queued)
        #expect(script.isDrained)

        var next = Self.script(maxRunning: 1, keepsQueue: true, requeues: true)
        try next.receive(.restored([record], TaskTally()))
        try next.open(id)
        try next.end(id, .killed)
        #expect(try next.record(id).state == .queued)
        #expect(try next.record(id).attempts.map(\.isInterrupted) == [true, false])
    }

    @Test("what was stored goes on in its order, and what had ended is as before")
    func restoring() throws {
        var before = Self.script(maxRunning: 0, keepsQueue: true)
        let ids = [
            try before.submit(), try before.submit(Self.options(priority: 3)),
            try before.submit(Self.options(notBefore: 10_000)),
        ]
        let gone = try before.submit()
        try before.request(.terminate, gone)
        let records = try (ids + [gone]).map { try before.record($0) }

        var after = Self.script(maxRunning: 1, keepsQueue: true)
        try after.receive(.held(true))
        try after.receive(.restored(records, before.board.tally))
        #expect(after.launched.isEmpty)
        #expect(try after.record(gone) == before.record(gone))
        #expect(try after.record(ids[0]).queuePosition == 2)
        try after.receive(.held(false))
        #expect(after.launched == [ids[1]])
        #expect(after.board.tally.byState.filter { $0.value != 0 } == [.queued: 2, .starting: 1, .terminated: 1])
    }
}
