import FoundationEssentials
import JSON
import TaskModel
import TestSupport
import Testing

enum Soak {
    static let count = ProcessInfo.processInfo.environment["TASKDECK_SOAK"].flatMap { Int($0) } ?? 0
}

/// Runs many tasks through the real service, at random; the environment has the number.
@Suite("Long operation", .enabled(if: Soak.count > 0, "set TASKDECK_SOAK to a number of tasks"))
struct SoakTests {
    private static let clients = 16

    @Test("Memory, descriptors and processes do not grow with the number of tasks")
    func soak() async throws {
        let kept = 1000
        let status = try await Service.run(
            ["--keep", "\(kept)", "--log-level", "critical", "--warm-workers", "0"]
        ) { service in
            let pid = service.program.pid
            var samples: [ProcessWatch.Resources] = []
            for _ in 0..<4 {
                try await Self.run(Soak.count / 4, on: service)
                samples.append(try ProcessWatch.resources(of: pid))
                print("soak: after \(samples.count * Soak.count / 4) tasks: \(samples[samples.count - 1])")
            }
            // Allocations that are made once, and the records that are kept, are part of the first measurement.
            let (before, after) = (samples[1], samples[3])
            #expect(Double(after.anonymousBytes) <= Double(before.anonymousBytes) * 1.05)
            #expect(after.descriptors <= before.descriptors + Self.clients)
            // The fork server.
            #expect(after.children == 1)
            let list = try await service.http.get("/tasks?limit=1")
            #expect(list.json["total"] == .integer(Int64(kept)))
        }
        #expect(status == .exited(0))
    }

    private static func run(_ count: Int, on service: Service) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask {
                    for _ in 0..<(count / clients + (client < count % clients ? 1 : 0)) {
                        try await RandomClient.live(on: service)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

}

/// One task's life at the hands of a client that may do anything, in any order.
enum RandomClient {
    /// - Returns: The worker's pid, if it was seen.
    @discardableResult
    static func live(on service: Service) async throws -> Int32? {
        let (type, data) =
            [
                ("process_data", #"{"items":[1,2,3],"delay":0.005}"#), ("process_data", #"{"items":[1],"delay":1000}"#),
                ("generate_report", #"{"delay":0.001}"#), ("cpu_intensive", #"{"complexity":100000,"batches":3}"#),
                ("cpu_intensive", #"{"complexity":1000000000000}"#),
            ].randomElement() ?? ("process_data", "{}")
        let id = try await service.createTask(type, data)
        var pid: Int32?
        for _ in 0..<Int.random(in: 0...3) {
            switch Int.random(in: 0..<5) {
            case 0: _ = try await service.http.post("/tasks/\(id)/control", #"{"action":"pause"}"#)
            case 1: _ = try await service.http.post("/tasks/\(id)/control", #"{"action":"resume"}"#)
            case 2: _ = try await service.http.get("/tasks/\(id)?detail=true")
            case 3: _ = try await service.http.get("/tasks?limit=10")
            default:
                pid = try await service.http.get("/tasks/\(id)").record.pid
                if let pid { ProcessWatch.send(.kill, to: pid) }
            }
        }
        let graceful = Bool.random() ? "?use_http=true" : ""
        let ended = try await service.http.delete("/tasks/\(id)\(graceful)")
        // A task that has ended by itself meanwhile, or is not kept any more, cannot be deleted.
        #expect([200, 404, 409].contains(ended.status))
        if ended.status == 200 {
            let record = try ended.record
            #expect(record.state.isFinal)
            pid = record.pid ?? pid
        }
        return pid
    }
}
