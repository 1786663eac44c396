import FoundationEssentials
import Glibc
import NIOPosix
import Processes

/// The processes of one test's program, wherever they are: those that have its mark in their environment.
///
/// They are read on a thread of NIO's pool: the few threads that tests share must not wait for `/proc`.
package struct MarkedProcesses: Sendable {
    /// The name of the variable.
    package static let variable = "PROGRAM_TEST_MARK"

    package let mark = UUID().uuidString

    package init() {}

    /// All that have not ended.
    package var pids: [Int32] {
        get async throws { try await NIOThreadPool.singleton.runIfActive { find() } }
    }

    /// Those that run, or would as soon as what they wait for happens.
    package var running: [Int32] {
        get async throws {
            try await NIOThreadPool.singleton.runIfActive {
                find().filter { ProcessEntry(pid: $0)?.isRunning() == true }
            }
        }
    }

    /// The processor time of all of them, in nanoseconds.
    package var processorTime: Int {
        get async throws {
            try await NIOThreadPool.singleton.runIfActive {
                find().flatMap(threads).map { thread in
                    let text = String(decoding: Self.content(of: "\(thread)/schedstat"), as: UTF8.self)
                    return text.split(separator: " ").first.flatMap { Int($0) } ?? 0
                }.reduce(0, +)
            }
        }
    }

    private func find() -> [Int32] {
        let variable = Array("\(Self.variable)=\(mark)".utf8)
        return Self.names(in: "/proc").compactMap { Int32($0) }.filter { pid in
            let environment = Self.content(of: "/proc/\(pid)/environ")
            guard environment.isEmpty else { return environment.split(separator: 0).contains(variable[...]) }
            // The first thread has no environment any more when it has ended before the others.
            return threads(of: pid).contains { thread in
                Self.content(of: "\(thread)/environ").split(separator: 0).contains(variable[...])
            }
        }
    }

    private func threads(of pid: Int32) -> [String] {
        let folder = "/proc/\(pid)/task"
        return Self.names(in: folder).map { "\(folder)/\($0)" }
    }

    private static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    /// Empty for a process that has ended meanwhile, or is another user's.
    private static func content(of path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = read(file, &buffer, buffer.count)
            guard count > 0 else { return content }
            content += buffer[..<count]
        }
    }
}
