import Glibc
import SystemPackage
import TaskControl
import TestSupport
import Testing

@testable import ServiceLog

@Suite("Outputs of the log that stall", .timeLimit(.minutes(3)))
struct LogStallTests {
    private static let padding = String(repeating: "x", count: 200)

    @Test("a log file and its rotation go on while nothing reads standard error")
    func stalledStandardError() async throws {
        try await TemporaryDirectory.run { path in
            mkdir(path.string, 0o700)
            let file = path.appending("log")
            // Pipes in place of files, since their contents can be waited for.
            let before = try LogPipe(path: file)
            let standardError = try FileDescriptor.pipe()
            let hub = try LogHub(standardError: standardError.writeEnd, file: file)
            for number in 0..<2000 { hub.log(.info, "\(number) \(Self.padding)") }
            hub.log(.info, "last of the first")
            #expect(try before.read(until: "last of the first\n").contains(" 1999 x"))
            rename(file.string, path.appending("log.1").string)
            let after = try LogPipe(path: file)
            hub.reopenFile()
            hub.log(.info, "in the second")
            _ = try after.read(until: "in the second\n")
            await hub.close(within: .milliseconds(1))
            // Lets the thread of standard error come to its end.
            _ = try LogPipe(standardError.readEnd).read(until: "in the second\n")
        }
    }

    @Test("lines that wait for a pipe that is full are written when it is read, without another line")
    func slowReader() async throws {
        try await TemporaryDirectory.run { path in
            let pipe = try LogPipe(path: path)
            let hub = try LogHub(standardError: nil, file: path)
            for number in 0..<2000 { hub.log(.info, "\(number) \(Self.padding)") }
            await hub.failure()
            let text = try pipe.read(until: " the log file is written again; 0 lines were lost\n")
            #expect(text.split(separator: "\n").count == 2002)
        }
    }

    @Test("lines that wait are written as soon as that is possible again, without another line")
    func quietRecovery() async throws {
        signal(SIGPIPE, SIG_IGN)
        try await TemporaryDirectory.run { path in
            let hub: LogHub
            do {
                let pipe = try LogPipe(path: path)
                hub = try LogHub(standardError: nil, file: path)
                hub.log(.info, "written")
                _ = try pipe.read(until: "written\n")
            }
            // Without a reader each write fails, as on a disk that is full.
            hub.log(.info, "waits")
            await hub.failure()
            let text = try LogPipe(path: path).read(until: " the log file is written again; 0 lines were lost\n")
            #expect(text.contains(" waits\n"))
        }
    }

    @Test("a hub that closes goes on trying, and loses nothing that can be written within the limit")
    func closing() async throws {
        try await TemporaryDirectory.run { path in
            let pipe = try LogPipe(path: path)
            let hub = try LogHub(standardError: nil, file: path)
            for number in 0..<2000 { hub.log(.info, "\(number) \(Self.padding)") }
            await hub.failure()
            async let loss = hub.close(within: .seconds(60))
            _ = try pipe.read(until: " the log file is written again; 0 lines were lost\n")
            #expect(await loss == nil)
        }
    }

    @Test("of lines that a full pipe has not taken by the end, those are counted that it lacks")
    func loss() async throws {
        try await TemporaryDirectory.run { path in
            let pipe = try LogPipe(path: path)
            let hub = try LogHub(standardError: nil, file: path)
            for number in 0..<2000 { hub.log(.info, "\(number) \(Self.padding)") }
            await hub.failure()
            let loss = try #require(await hub.close(within: .milliseconds(1)))
            let written = try pipe.readAvailable().filter { $0 == "\n" }.count
            #expect(loss == "\(2001 - written) log lines could not be written to the log file")
        }
    }
}

extension LogHub {
    /// Returns when it has been logged that the file cannot be written.
    func failure() async {
        for await records in records() where records.contains(where: { $0.text.hasPrefix("the log file cannot be") }) {
            return
        }
    }
}

/// The end of a pipe at which a log is read; closed with this.
final class LogPipe {
    private struct Silence: Error { let text: String }

    private let descriptor: FileDescriptor

    /// Opens a named pipe, which is made if it is not there.
    init(path: FilePath) throws {
        mkfifo(path.string, 0o600)
        descriptor = try .open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
    }

    init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

    deinit { try? descriptor.close() }

    /// Reads until the text ends so; throws when nothing comes for 20 s.
    func read(until end: String) throws -> String {
        var bytes: [UInt8] = []
        while !bytes.suffix(end.utf8.count).elementsEqual(end.utf8) {
            guard isReadable(within: 20_000) else { throw Silence(text: String(decoding: bytes, as: UTF8.self)) }
            bytes += try chunk()
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads once.
    func readAvailable() throws -> String { String(decoding: try chunk(), as: UTF8.self) }

    private func chunk() throws -> ArraySlice<UInt8> {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        return buffer[..<(try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) })]
    }

    private func isReadable(within milliseconds: Int32) -> Bool {
        var watched = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, milliseconds) == 1 && watched.revents & Int16(POLLIN) != 0
    }
}
