import Dashboard
import FoundationEssentials
import Glibc
import JSON
import SystemPackage
import TestSupport
import Testing

@testable import taskdeck

@Suite("Writing files for the operator")
struct SavedFileTests {
    private static func write(
        _ path: String, home: String? = nil, _ text: String = "text\n"
    ) -> Result<String, SaveError> {
        Result { () throws(SaveError) in
            let file = try SavedFile.write(path: path, home: home) { Array(text.utf8) }
            #expect(file.size == text.utf8.count)
            return file.path
        }
    }

    @Test("a new file is complete, with mode 0600")
    func newFile() async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: false)
            let path = "\(directory)/result.json"
            #expect(Self.write(path) == .success(path))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "text\n")
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)") == ["result.json"])
        }
    }

    @Test("a name may be as long as the file system allows")
    func longName() async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: false)
            let path = "\(directory)/" + String(repeating: "界", count: 85)
            #expect(Self.write(path) == .success(path))
        }
    }

    @Test("an existing file stays unchanged, as does a dangling link and a directory")
    func existing() async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: false)
            let path = "\(directory)/a"
            _ = Self.write(path, "before")
            try FileManager.default.createSymbolicLink(atPath: "\(directory)/link", withDestinationPath: "nowhere")
            try FileManager.default.createDirectory(atPath: "\(directory)/d", withIntermediateDirectories: false)
            #expect(Self.write("\(directory)/d").failure?.reason == "this is a directory; add the name of a file")
            for name in ["a", "link"] {
                #expect(
                    Self.write("\(directory)/\(name)")
                        == .failure(SaveError(reason: "a file of this name exists already; choose another")))
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)").count == 3)
        }
    }

    @Test("~/ is the home directory, and a relative name begins at the working directory")
    func relative() async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: false)
            #expect(Self.write("~/x", home: "\(directory)") == .success("\(directory)/x"))
            let name = "taskdeck-test-\(UUID().uuidString)"
            let path = try Self.write(name).get()
            defer { unlink(path) }
            #expect(path == FileManager.default.currentDirectoryPath + "/" + name)
            #expect(Self.write("~/x", home: nil).failure?.reason == "there is no home directory for '~'")
            for nameless in ["", "~", "~/", "/", "..", "\(directory)/", "\(directory)/.", "a\0b"] {
                #expect(
                    Self.write(nameless, home: "/").failure?.reason == "the name of a file is missing", "\(nameless)")
            }
        }
    }

    @Test("an obstacle is an error of one sentence")
    func failures() async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: false)
            #expect(Self.write("\(directory)/no/x").failure?.reason == "there is no directory '\(directory)/no'")
            _ = Self.write("\(directory)/file")
            #expect(Self.write("\(directory)/file/x").failure?.reason == "'\(directory)/file' is no directory")
            #expect(
                Self.write("\(directory)/" + String(repeating: "x", count: 300)).failure?.reason
                    == "the name is too long")
            #expect(Self.write("/proc/x").failure != nil)
        }
    }

    @Test("a full disk leaves nothing behind", .enabled(if: getuid() == 0))
    func fullDisk() async throws {
        try await TemporaryDirectory.run { directory in
            try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: false)
            let mounted = try await RunningProgram.run(
                "/bin/mount", ["-t", "tmpfs", "-o", "size=64k", "taskdeck", directory.string]
            ) { _ in }
            try #require(mounted == .exited(0))
            let text = String(repeating: "x", count: 1 << 20)
            #expect(Self.write("\(directory)/x", text).failure?.reason == "the disk is full")
            #expect((try? FileManager.default.contentsOfDirectory(atPath: directory.string)) == [])
            _ = try await RunningProgram.run("/bin/umount", ["-l", directory.string]) { _ in }
        }
    }

}

extension Result {
    fileprivate var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}
