import FoundationEssentials
import Glibc
import JSON
import SystemPackage
import TaskModel
import TestSupport
import Testing

/// The real program with its socket.
@Suite("The directory with socket and token", .timeLimit(.minutes(15)))
struct ServiceDirectoryTests {
    @Test("the socket of a killed service is replaced; a second service leaves that of a living one alone")
    func socket() async throws {
        try await TemporaryDirectory.run { directory in
            let local = HTTP(socket: directory.appending("api.sock"))
            let end = try await Service.run(["--state", directory.string]) { service in
                let second = try await RunningProgram.run(
                    BuiltProducts.taskdeck, ["--no-ui", "--port", "0", "--state", directory.string]
                ) { program in
                    try await program.errors.line(with: "is in use by process \(service.program.pid)")
                }
                #expect(second == .exited(1))
                #expect(try await local.get("/health").status == 200)
                service.program.send(.kill)
            }
            #expect(end == .signaled(SIGKILL))
            #expect(TemporaryDirectory.mode(of: directory.appending("api.sock")) != nil)
            try await Service.run(["--state", directory.string]) { _ in
                let status = try await local.get("/health").status
                #expect(status == 200)
            }
        }
    }

    @Test("an ephemeral service has a private directory, named at the start and removed at the end")
    func ephemeral() async throws {
        try await TemporaryDirectory.run { runtime in
            try FileManager.default.createDirectory(atPath: runtime.string, withIntermediateDirectories: true)
            try await Service.run(environment: ["XDG_RUNTIME_DIR": runtime.string]) { service in
                let line = try await service.log.line(with: "socket, token and output of tasks are in \(runtime)/")
                let name = try #require(
                    try FileManager.default.contentsOfDirectory(atPath: runtime.string).first)
                let directory = runtime.appending(name)
                #expect(line.contains(directory.string))
                #expect(TemporaryDirectory.mode(of: directory) == S_IFDIR | 0o700)
                #expect(try await HTTP(socket: directory.appending("api.sock")).get("/health").status == 200)
                let token = try String(contentsOfFile: directory.appending("token").string, encoding: .utf8)
                #expect(token.utf8.count >= 64)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: runtime.string).isEmpty)
        }
    }
}
