import FoundationEssentials
import JSON
import NIOPosix
import SystemPackage
import TaskModel
import TestSupport
import Testing
import WorkerProtocol

@testable import TaskSupervisor

@Suite("The forking launcher", .timeLimit(.minutes(15)))
struct ForkingLauncherTests {
    @Test("a fork server that ends at once is started again only when a worker is needed", arguments: [0, 2])
    func endsAtOnce(size: Int) async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
            let starts = directory.appending("starts")
            let program = directory.appending("worker")
            try "#!/bin/sh\necho started >> '\(starts)'\n"
                .write(toFile: program.string, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.string)
            let launcher = ForkingLauncher(
                executable: program, idlePoolSize: size, eventLoops: MultiThreadedEventLoopGroup.singleton,
                logger: LogJournal().logger)
            let id = try #require(TaskID("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
            let assignment = Assignment(taskID: id, taskType: "process_data", taskData: [:], token: nil)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await launcher.serve() }
                for _ in 0..<5 {
                    let error = await #expect(throws: LaunchError.self) {
                        _ = try await launcher.run(assignment, report: { _ in })
                    }
                    #expect(error?.reason == "the fork server has ended before it has forked a worker")
                }
                group.cancelAll()
            }
            // The first one, and at most one more for every worker that is needed.
            let lines = try String(contentsOfFile: starts.string, encoding: .utf8).split(separator: "\n")
            #expect(lines.count <= 6)
        }
    }
}
