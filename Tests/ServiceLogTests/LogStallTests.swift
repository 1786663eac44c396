import Glibc
import SystemPackage
import TaskControl
import TestSupport
import Testing

@testable import ServiceLog

@Suite("Outputs of the log that stall", .timeLimit(.minutes(15)))
struct LogStallTests {
    /// Runs `body` with a hub whose log file is a full pipe.
    private static func withFullPipe(_ body: (LogPipe, LogHub) async throws -> Void) async throws {
        try await TemporaryDirectory.run { path in
            let pipe = try LogPipe(path: path)
            let hub = try LogHub(standardError: nil, file: path)
            hub.overfillPipe()
            await hub.failure()
            try await body(pipe, hub)
        }
    }

    @Test("a stalled standard error delays neither the log file nor its rotation")
    func stalledStandardError() async throws {
        try await TemporaryDirectory.run { path in
            mkdir(path.string, 0o700)
            let file = path.appending("log")
            // Pipes in place of files, since a test can wait for their content.
            let before = try LogPipe(path: file)
            let standardError = try FileDescriptor.pipe()
            let hub = try LogHub(standardError: standardError.writeEnd, file: file)
            hub.overfillPipe()
            hub.log(.info, "last of the first")
            #expect(try before.read(until: "last of the first\n").contains(" 1999 x"))
            rename(file.string, path.appending("log.1").string)
            let after = try LogPipe(path: file)
            hub.reopenFile()
            hub.log(.info, "in the second")
            _ = try after.read(until: "in the second\n")
            await hub.close(within: .milliseconds(1))
            // Lets the thread of standard error end.
            _ = try LogPipe(standardError.readEnd).read(until: "in the second\n")
        }
    }

    @Test("lines for a full pipe are written once it is read, without another line")
    func slowReader() async throws {
        try await Self.withFullPipe { pipe, _ in
            let text = try pipe.read(until: " the log file is written again; 0 lines were lost\n")
            #expect(text.split(separator: "\n").count == 2002)
        }
    }

    @Test("waiting lines are written as soon as that is possible, without another line")
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
            // Without a reader each write fails, as on a full disk.
            hub.log(.info, "waits")
            await hub.failure()
            let text = try LogPipe(path: path).read(until: " the log file is written again; 0 lines were lost\n")
            #expect(text.contains(" waits\n"))
        }
    }

    @Test("a closing hub repeats failed writes, and loses nothing that can be written within the limit")
    func closing() async throws {
        try await Self.withFullPipe { pipe, hub in
            async let loss = hub.close(within: .seconds(60))
            _ = try pipe.read(until: " the log file is written again; 0 lines were lost\n")
            #expect(await loss == nil)
        }
    }

    @Test("the lines that a full pipe lacks at the end are counted")
    func loss() async throws {
        try await Self.withFullPipe { pipe, hub in
            let loss = try #require(await hub.close(within: .milliseconds(1)))
            let written = try pipe.readAvailable().filter { $0 == "\n" }.count
            #expect(loss == "\(2001 - written) log lines could not be written to the log file")
        }
    }
}

extension LogHub {
    /// Logs 2000 lines, more than a pipe can buffer.
    fileprivate func overfillPipe() {
        let padding = String(repeating: "x", count: 200)
        for number in 0..<2000 { log(.info, "\(number) \(padding)") }
    }

    /// Waits for the record that the file cannot be written.
    func failure() async {
        for await records in records() where records.contains(where: { $0.text.hasPrefix("the log file cannot be") }) {
            return
        }
    }
}

/// The read end of a pipe with a log; closed with this value.
final class LogPipe {
    private struct Silence: Error { let text: String }

    private let descriptor: FileDescriptor

    /// Opens a named pipe, which is created if it does not exist.
    init(path: FilePath) throws {
        mkfifo(path.string, 0o600)
        descriptor = try .open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
    }

    init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

    deinit { try? descriptor.close() }

    /// Reads until the text has this end; throws when nothing arrives for 20 s.
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
