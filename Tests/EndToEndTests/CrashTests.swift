import FoundationEssentials
import Glibc
import SystemPackage
import TaskModel
import TestSupport
import Testing

private enum Crashes {
    static let count = ProcessInfo.processInfo.environment["TASKDECK_CRASHES"].flatMap { Int($0) } ?? 3
}

/// What the service has promised its clients.
private actor Ledger {
    /// By the key of its submission.
    private(set) var accepted: [String: TaskID] = [:]
    /// Submissions without a response.
    private(set) var open: Set<String> = []
    /// The records of tasks whose end was reported, as reported.
    private(set) var ends: [TaskID: TaskRecord] = [:]
    private var count = 0

    func newKey() -> String {
        count += 1
        let key = "key-\(count)"
        open.insert(key)
        return key
    }

    func accept(_ key: String, _ id: TaskID) {
        open.remove(key)
        if let known = accepted[key] { #expect(known == id) }
        accepted[key] = id
    }

    func record(_ record: TaskRecord) {
        guard record.state.isFinal else { return }
        if let before = ends[record.id] { #expect(before == record) }
        ends[record.id] = record
    }

    func anyTask() -> TaskID? { accepted.values.randomElement() }
}

@Suite("A kill of the supervisor at any instant", .timeLimit(.minutes(15)))
struct CrashTests {
    private static func submit(_ key: String, to service: Service) async throws -> Answer {
        var http = service.http
        http.headers.append(("Idempotency-Key", key))
        return try await http.post(
            "/tasks", #"{"task_type":"process_data","task_data":{"items":["\#(key)"],"delay":0.02}}"#)
    }

    /// Works until the service does not answer any more.
    private static func work(on service: Service, _ ledger: Ledger) async {
        try? await { () async throws in
            while true {
                let key = await ledger.newKey()
                let answer = try await submit(key, to: service)
                #expect(answer.status == 201)
                await ledger.accept(key, try answer.record.id)
                guard let id = await ledger.anyTask() else { continue }
                if Int.random(in: 0..<4) == 0 {
                    let ended = try await service.http.delete("/tasks/\(id)")
                    if ended.status == 200 { await ledger.record(try ended.record) }
                }
                await ledger.record(try await service.http.get("/tasks/\(id)").record)
            }
        }()
    }

    /// Checks that nothing acknowledged has been lost or changed.
    private static func check(_ service: Service, _ ledger: Ledger) async throws {
        let page = try await service.http.get("/tasks").list
        let records = Dictionary(uniqueKeysWithValues: page.tasks.map { ($0.id, $0) })
        for (key, id) in await ledger.accepted where records[id] == nil { Issue.record("\(key) is lost") }
        for (id, reported) in await ledger.ends where records[id] != reported {
            Issue.record("\(reported) has become \(records[id].map { "\($0)" } ?? "nothing")")
        }
        // A repeated submission with the same key creates no second task.
        for key in await ledger.open {
            let answer = try await submit(key, to: service)
            #expect([200, 201].contains(answer.status))
            await ledger.accept(key, try answer.record.id)
        }
    }

    @Test("No accepted task is lost or created twice, and no reported end changes")
    func crashes() async throws {
        try await TemporaryDirectory.run { state in
            let ledger = Ledger()
            let flags = ["--state", state.string, "--keep", "0", "--log-level", "critical"]
            for _ in 0..<Crashes.count {
                let killed = try await Service.run(flags) { service in
                    try await Self.check(service, ledger)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<4 { group.addTask { await Self.work(on: service, ledger) } }
                        try await Task.sleep(for: .milliseconds(Int.random(in: 1...300)))
                        service.program.send(.kill)
                        _ = try await ProcessWatch.ends(service.program.pid, within: .seconds(30))
                        // Clients still send requests for a while after the kill.
                        group.cancelAll()
                        try await group.waitForAll()
                    }
                }
                #expect(killed == .signaled(SIGKILL))
            }
            let status = try await Service.run(flags) { service in
                try await Self.check(service, ledger)
                let page = try await service.http.get("/tasks").list
                #expect(Set(page.tasks.map(\.id)) == Set(await ledger.accepted.values))
                // One task for every key, whatever was sent again.
                #expect(Set(page.tasks.map(\.data)).count == page.tasks.count)
                let ends = await ledger.ends.count
                print("crashes: \(Crashes.count), tasks accepted: \(page.total), ends reported: \(ends)")
            }
            #expect(status == .exited(0))
        }
    }
}
