import FoundationEssentials
import Glibc
import SystemPackage
import TaskModel
import TestSupport
import Testing

@testable import TaskStore

@Suite("A state directory", .timeLimit(.minutes(15)))
struct StateDirectoryTests {
    @Test("belongs to one service at a time; the error of a second one names the owner")
    func lock() async throws {
        try await TemporaryDirectory.run { path in
            var first: StateDirectory? = try StateDirectory(path)
            #expect(throws: StateUnusable.self) { try StateDirectory(path) }
            do throws(StateUnusable) {
                _ = try StateDirectory(path)
            } catch {
                #expect(
                    error.description
                        == "the state directory '\(path)' is in use by process \(getpid()); "
                        + "end that one, or choose another --state")
            }
            first = nil
            #expect(first == nil)
            _ = try StateDirectory(path)
        }
    }

    @Test("is created with mode 0700 if it does not exist")
    func making() async throws {
        try await TemporaryDirectory.run { path in
            let deep = path.appending("a").appending("b")
            _ = try StateDirectory(deep)
            let attributes = try FileManager.default.attributesOfItem(atPath: deep.string)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test("that cannot be created is an error")
    func impossible() {
        #expect(throws: StateUnusable.self) { try StateDirectory("/proc/nowhere") }
        #expect(throws: StateUnusable.self) { try StateDirectory("/dev/null/x") }
    }

    @Test("that all users can write to is refused; one that the group can write to gets mode 0700, with a notice")
    func otherUsers() async throws {
        try await TemporaryDirectory.run { path in
            try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: false)
            chmod(path.string, 0o777)
            let error = #expect(throws: StateUnusable.self) { try StateDirectory(path) }
            #expect(error?.description.contains("can be written to by all users") == true)
            chmod(path.string, 0o770)
            #expect(try StateDirectory(path).notices.count == 1)
            let attributes = try FileManager.default.attributesOfItem(atPath: path.string)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
            chmod(path.string, 0o755)
            #expect(try StateDirectory(path).notices.isEmpty)
        }
    }

    @Test("of another user is refused, as is a file of another user in it", .enabled(if: getuid() == 0))
    func otherOwner() async throws {
        try await TemporaryDirectory.run { path in
            try await TaskStore(StateDirectory(path)).running {}
            for name in ["tasks.sqlite", "lock", ""] {
                let file = path.appending(name).string
                chown(file, 54_321, 54_321)
                let error = #expect(throws: StateUnusable.self) { try TaskStore(StateDirectory(path)) }
                #expect(error?.description.contains("belongs to user 54321, not to user 0") == true, "\(name)")
                chown(file, 0, 0)
            }
            _ = try TaskStore(StateDirectory(path))
        }
    }

    @Test(
        "changes neither the targets of links nor what is not a regular file",
        arguments: ["lock", "tasks.sqlite", "tasks.sqlite-wal", "tasks.sqlite-shm", "tasks.sqlite-journal"],
        ["symbolic", "hard", "pipe"])
    func links(name: String, kind: String) async throws {
        try await TemporaryDirectory.run { path in
            try await TaskStore(StateDirectory(path)).running {}
            let target = path.appending("precious").string
            try Data("precious, and longer than a process id".utf8).write(to: URL(filePath: target))
            let file = path.appending(name).string
            unlink(file)
            switch kind {
            case "symbolic": try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: target)
            case "hard": #expect(link(target, file) == 0)
            default: #expect(mkfifo(file, 0o600) == 0)
            }
            chmod(target, 0o644)
            #expect(throws: StateUnusable.self) { try TaskStore(StateDirectory(path)) }
            var status = stat()
            #expect(stat(target, &status) == 0 && status.st_mode & 0o777 == 0o644)
            #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious, and longer than a process id")
        }
    }

    @Test("stays locked when its lock file is removed")
    func removedLock() async throws {
        try await TemporaryDirectory.run { path in
            let first = try StateDirectory(path)
            unlink(path.appending("lock").string)
            #expect(throws: StateUnusable.self) { try StateDirectory(path) }
            withExtendedLifetime(first) {}
        }
    }

    @Test("cannot contain the database of another service, under any name")
    func sharedDatabase() async throws {
        try await TemporaryDirectory.run { path in
            let (one, two) = (path.appending("one"), path.appending("two"))
            let directory = try StateDirectory(one)
            let store = try TaskStore(directory)
            let other = try StateDirectory(two)
            #expect(link(directory.database.string, other.database.string) == 0)
            let error = #expect(throws: StateUnusable.self) { try TaskStore(other) }
            #expect(error?.description.contains("it has another name (hard link)") == true)
            // It is the file that is locked, not the name.
            #expect(rename(directory.database.string, two.appending("moved").string) == 0)
            unlink(other.database.string)
            #expect(rename(two.appending("moved").string, other.database.string) == 0)
            let second = #expect(throws: StateUnusable.self) { try TaskStore(other) }
            #expect(second?.description.contains("another process uses it") == true)
            withExtendedLifetime((store, directory)) {}
        }
    }
}
