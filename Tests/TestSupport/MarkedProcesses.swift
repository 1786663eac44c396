import CLinux
import FoundationEssentials
import Glibc
import Processes

/// The processes of one test's program, wherever they are: those that have its mark in their environment.
package struct MarkedProcesses: Sendable {
    /// The name of the variable.
    package static let variable = "PROGRAM_TEST_MARK"

    package let mark = UUID().uuidString

    package init() {}

    /// All that have not ended.
    package var pids: [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { pid in
            // Of each thread: the first one has no environment any more when it has ended before the others.
            threads(of: pid).contains { thread in
                let environment = (try? Data(contentsOf: URL(filePath: "\(thread)/environ"))) ?? Data()
                return environment.split(separator: 0).contains(Data("\(Self.variable)=\(mark)".utf8))
            }
        }
    }

    private func threads(of pid: Int32) -> [String] {
        let folder = "/proc/\(pid)/task"
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map { "\(folder)/\($0)" }
    }

    /// Those that run, or would as soon as what they wait for happens.
    package var running: [Int32] {
        pids.filter { ProcessEntry(pid: $0)?.isRunning() == true }
    }

    /// The processor time of all of them, in nanoseconds.
    package var processorTime: Int {
        pids.flatMap(threads).map { thread in
            let text = (try? String(contentsOfFile: "\(thread)/schedstat", encoding: .utf8)) ?? ""
            return text.split(separator: " ").first.flatMap { Int($0) } ?? 0
        }.reduce(0, +)
    }
}
