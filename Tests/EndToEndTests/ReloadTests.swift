import FoundationEssentials
import JSON
import SystemPackage
import TestSupport
import Testing

@Suite("POST /reload, of the real program", .timeLimit(.minutes(15)))
struct ReloadTests {
    @Test("replaces the types, or leaves all as they were and has the place of every problem")
    func reload() async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
            let file = directory.appending("config.yaml")
            @Sendable func write(_ text: String) throws {
                try text.write(toFile: file.string, atomically: true, encoding: .utf8)
            }
            try write("types: {enter: {command: [echo]}}\n")
            try await Service.run(
                ["--state", directory.appending("state").string, "--config", file.string]
            ) { service in
                let local = HTTP(socket: directory.appending("state").appending("api.sock"))
                #expect(try await service.http.post("/reload", "").code == "commands_need_token")
                try write("types: {enter: {command: [echo]}, leave: {command: [echo]}}\n")
                let answer = try await local.post("/reload", "")
                #expect(answer.status == 200)
                #expect(answer.body == #"{"types":2}"#)
                #expect(try await service.http.get("/types").body.contains(#""name":"leave""#))
                try write("types:\n  enter: {}\n  go: {command: [echo], x: 1}\n")
                let refused = try await local.post("/reload", "")
                #expect(refused.status == 422)
                #expect(refused.code == "invalid_configuration")
                guard case .array(let errors)? = refused.json["errors"] else {
                    Issue.record("there are no errors")
                    return
                }
                #expect(errors.map { $0["line"] } == [2, 3])
                #expect(errors.allSatisfy { $0["file"] == .string(file.string) && $0["column"] != .null })
                #expect(try await service.http.get("/types").body.contains(#""name":"leave""#))
                try await service.log.line(with: "\(file):2:")
                try FileManager.default.removeItem(atPath: file.string)
                #expect(try await local.post("/reload", "").status == 422)
            }
        }
    }
}
