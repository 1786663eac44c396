import FoundationEssentials
import Testing

/// The package manager does not catch an undeclared import of a sibling on incremental builds.
@Suite("Imports between rooms")
struct ImportRuleTests {
    /// What each room may import besides the standard library.
    ///
    /// Rooms that are missing here fail.
    private static let allowed: [String: Set<String>] = [
        "JSON": [],
        "TaskModel": ["JSON"],
        "TaskControl": ["Glibc", "JSON", "TaskModel"],
        "WorkerProtocol": ["JSON", "TaskModel"],
        "HTTPSupport": ["JSON", "TaskModel"],
        "TaskOutput": ["Glibc", "TaskModel"],
        "TaskTypes": ["JSON", "TaskModel"],
        "Processes": ["CLinux", "CProgram", "Glibc"],
        "TaskWorker": [
            "CLinux", "CProgram", "Dispatch", "Glibc", "HTTPSupport", "JSON", "NIOConcurrencyHelpers", "NIOCore",
            "NIOHTTP1", "NIOPosix", "Processes", "TaskModel", "TaskOutput", "TaskTypes", "WorkerProtocol",
        ],
        "TaskBoard": ["DequeModule", "HeapModule", "JSON", "TaskModel", "WorkerProtocol"],
        "TaskStore": [
            "Dispatch", "GRDB", "Glibc", "JSON", "NIOConcurrencyHelpers", "NIOPosix", "SystemPackage", "TaskModel",
        ],
        "TaskSupervisor": [
            "CForkServer", "CLinux", "DequeModule", "Glibc", "HTTPSupport", "JSON", "Logging",
            "NIOConcurrencyHelpers", "NIOCore", "NIOHTTP1", "NIOPosix", "OrderedCollections", "Processes",
            "ServiceLifecycle",
            "Subprocess", "SystemPackage",
            "TaskBoard", "TaskControl", "TaskModel", "TaskOutput", "TaskStore", "TaskTypes", "WorkerProtocol",
        ],
        "ServiceLog": [
            "CLinux", "DequeModule", "Dispatch", "Glibc", "Logging", "NIOConcurrencyHelpers", "NIOPosix",
            "ServiceLifecycle", "SystemPackage", "TaskControl", "TaskModel",
        ],
        "TaskAPI": [
            "Glibc", "HTTPSupport", "HTTPTypes", "Hummingbird", "HummingbirdCore", "JSON", "Logging",
            "NIOConcurrencyHelpers", "NIOCore", "NIOExtras", "NIOHTTP1", "NIOHTTPTypes", "NIOHTTPTypesHTTP1",
            "NIOPosix", "ServiceLifecycle", "SystemPackage", "TaskControl", "TaskModel",
        ],
        "TaskClient": [
            "AsyncHTTPClient", "HTTPSupport", "JSON", "NIOConcurrencyHelpers", "NIOCore", "NIOHTTP1", "NIOPosix",
            "SystemPackage", "TaskControl", "TaskModel",
        ],
        "ServiceConfiguration": ["JSON", "TaskModel", "TaskTypes", "Yams"],
        "Dashboard": ["JSON", "TaskControl", "TaskModel"],
        "Terminal": ["CLinux", "CNcurses", "CTerminalGuard", "Dashboard", "Glibc", "TaskModel"],
        "taskdeck": [
            "ArgumentParser", "CLinux", "CSignals", "ServiceConfiguration", "Dashboard", "Dispatch", "Glibc",
            "HTTPSupport", "JSON", "Logging", "NIOConcurrencyHelpers", "NIOCore", "NIOPosix", "Processes",
            "ServiceLifecycle", "ServiceLog", "SystemPackage", "TaskAPI", "TaskClient", "TaskControl", "TaskModel",
            "TaskStore",
            "TaskSupervisor", "TaskTypes", "Terminal", "WorkerProtocol",
        ],
        "taskdeck-bench": [
            "ArgumentParser", "CLinux", "FoundationEssentials", "Glibc", "JSON", "NIOConcurrencyHelpers", "NIOCore",
            "NIOHTTP1", "NIOPosix", "Subprocess", "SystemPackage",
        ],
    ]
    private static let standardLibrary: Set<String> = ["Synchronization"]
    /// Rooms without Swift in them.
    private static let headers: Set<String> = [
        "CForkServer", "CLinux", "CNcurses", "CProgram", "CSignals", "CTerminalGuard", "taskdeck-worker",
    ]

    private static var repository: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    @Test("Every room has a rule")
    func rooms() throws {
        let rooms = try FileManager.default.contentsOfDirectory(
            atPath: Self.repository.appending(path: "Sources").path())
        #expect(Set(rooms) == Set(Self.allowed.keys).union(Self.headers))
    }

    @Test("A room imports only what its rule allows", arguments: allowed.keys.sorted())
    func imports(room: String) throws {
        let allowed = (Self.allowed[room] ?? []).union(Self.standardLibrary)
        let files = try Self.swiftFiles(in: Self.repository.appending(path: "Sources").appending(path: room))
        #expect(!files.isEmpty)
        for file in files {
            for module in try Self.imports(in: String(contentsOf: file, encoding: .utf8)) {
                #expect(allowed.contains(module), "\(room)/\(file.lastPathComponent) imports \(module)")
            }
        }
    }

    @Test("the board names no clock, which the standard library has without an import")
    func noClock() throws {
        let clocks: Set<Substring> = ["ContinuousClock", "Date", "ServiceClock", "SuspendingClock", "Task"]
        for file in try Self.swiftFiles(in: Self.repository.appending(path: "Sources").appending(path: "TaskBoard")) {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                let words = Set(line.split { !$0.isLetter && !$0.isNumber && $0 != "_" })
                #expect(words.isDisjoint(with: clocks), "\(file.lastPathComponent): \(line)")
            }
        }
    }

    @Test("A rule allows no import that its room does not have", arguments: allowed.keys.sorted())
    func unused(room: String) throws {
        let files = try Self.swiftFiles(in: Self.repository.appending(path: "Sources").appending(path: room))
        let imports = try files.flatMap { try Self.imports(in: String(contentsOf: $0, encoding: .utf8)) }
        #expect((Self.allowed[room] ?? []).subtracting(imports).isEmpty)
    }

    @Test(
        "an import is found however it is written",
        arguments: [
            ("import A", ["A"]), ("package import A\npublic import B", ["A", "B"]), ("@testable import A", ["A"]),
            ("@preconcurrency package import A", ["A"]), ("import struct A.B", ["A"]), ("import A.B", ["A"]),
            ("// import A\nlet important = 1", []), ("    import A", ["A"]),
        ])
    func finding(source: String, modules: [String]) {
        #expect(Self.imports(in: source) == modules)
    }

    @Test("no file is longer than 300 lines, and nothing is public")
    func shape() throws {
        for room in Self.allowed.keys {
            for file in try Self.swiftFiles(in: Self.repository.appending(path: "Sources").appending(path: room)) {
                let lines = try String(contentsOf: file, encoding: .utf8).split(
                    separator: "\n", omittingEmptySubsequences: false)
                #expect(lines.count <= 300, "\(file.lastPathComponent)")
                #expect(!lines.contains { $0.drop { $0 == " " }.hasPrefix("public ") }, "\(file.lastPathComponent)")
            }
        }
    }

    @Test("there is one kind of lock: NIO's box with a value, and the standard library's in rooms that do not have NIO")
    func locks() throws {
        for (room, imports) in Self.allowed {
            let others = [
                "NIOLock(", imports.contains("NIOConcurrencyHelpers") ? "Mutex(" : "NIOLocked",
            ]
            for file in try Self.swiftFiles(in: Self.repository.appending(path: "Sources").appending(path: room)) {
                let source = try String(contentsOf: file, encoding: .utf8)
                for lock in others { #expect(!source.contains(lock), "\(room)/\(file.lastPathComponent): \(lock)") }
            }
        }
    }

    private static func imports(in source: String) -> [String] {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        return source.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
                words[..<position].allSatisfy({
                    $0.hasPrefix("@") || ["public", "package", "internal", "private"].contains($0)
                })
            else { return nil }
            let rest = words[(position + 1)...].drop { kinds.contains($0) }
            return rest.first?.split(separator: ".").first.map(String.init)
        }
    }

    private static func swiftFiles(in folder: URL) throws -> [URL] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path())
            .filter { $0.hasSuffix(".swift") }
            .map { folder.appending(path: $0) }
    }
}
