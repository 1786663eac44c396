import Dashboard
import Glibc
import Testing

@testable import Terminal

@Suite("Reading from a terminal")
struct InputReaderTests {
    /// The write end of a pipe in place of a terminal.
    private struct Sender {
        let descriptor: CInt

        func send(_ text: String) {
            let bytes = Array(text.utf8)
            #expect(write(descriptor, bytes, bytes.count) == bytes.count)
        }
    }

    /// Runs `body` with a reader on a pipe, and checks the end of input afterwards.
    private static func run(
        escapeTimeout: Duration, stringTimeout: Duration = .seconds(5), body: (inout InputReader, Sender) -> Void
    ) throws {
        var ends: [CInt] = [-1, -1]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        var reader = InputReader(
            descriptor: ends[0], parser: InputParser(escapeTimeout: escapeTimeout, sequenceTimeout: .seconds(3600)),
            stringTimeout: stringTimeout)
        defer { close(ends[0]) }
        do {
            defer { close(ends[1]) }
            body(&reader, Sender(descriptor: ends[1]))
        }
        let (_, isAtEnd) = reader.read()
        #expect(isAtEnd)
    }

    @Test("no input is not the end of input")
    func end() throws {
        try Self.run(escapeTimeout: .zero) { reader, sender in
            #expect(reader.read() == ([], false))
            sender.send("j")
            #expect(reader.read() == ([.key(.character("j"))], false))
            #expect(reader.timeout == nil)
        }
    }

    @Test("Escape is reported after its timeout")
    func expiry() throws {
        try Self.run(escapeTimeout: .zero) { reader, sender in
            sender.send("\u{1B}")
            #expect(reader.read() == ([], false))
            #expect(reader.timeout == .zero)
            #expect(reader.expire() == [.key(.escape)])
        }
        try Self.run(escapeTimeout: .seconds(3600)) { reader, sender in
            sender.send("\u{1B}")
            #expect(reader.read() == ([], false))
            #expect(reader.timeout ?? .zero > .seconds(1800))
            #expect(reader.expire() == [])
            sender.send("[A")
            #expect(reader.read() == ([.key(.up)], false))
            #expect(reader.timeout == nil)
        }
    }

    @Test("a long string ends at a short pause, since it may be typed text")
    func longStrings() throws {
        try Self.run(escapeTimeout: .milliseconds(50), stringTimeout: .zero) { reader, sender in
            sender.send("\u{1B}]11;rgb")
            #expect(reader.read() == ([], false))
            #expect(reader.timeout ?? .zero <= InputReader.typingPause)
            sender.send(":1e1e\u{7}\u{1B}[8;2")
            #expect(reader.read() == ([], false))
            #expect(reader.timeout ?? .zero > InputReader.typingPause)
        }
        try Self.run(escapeTimeout: .milliseconds(50), stringTimeout: .seconds(3600)) { reader, sender in
            sender.send("\u{1B}]11;rgb")
            #expect(reader.read() == ([], false))
            #expect(reader.timeout ?? .zero > InputReader.typingPause)
        }
    }

    @Test("discarded input produces no keys, nor does a pending escape")
    func discarding() throws {
        try Self.run(escapeTimeout: .zero) { reader, sender in
            sender.send("yy\u{1B}")
            let (hadInput, hasMore) = (reader.discard(), reader.discard())
            #expect(hadInput)
            #expect(!hasMore)
            #expect(reader.read() == ([], false))
            _ = reader.expire()
            sender.send("[")
            sender.send("Bj")
            #expect(reader.read().inputs == [.key(.down), .key(.character("j"))])
        }
    }
}

@Suite("Terminal threads")
struct TerminalThreadTests {
    @Test(
        "a thread has a signal stack",
        .disabled(if: getenv("ASAN_OPTIONS") != nil, "the address sanitizer has one of its own"))
    func signalStack() async throws {
        let (sizes, queue) = AsyncStream.makeStream(of: Int.self)
        let thread = try TerminalThread {
            var stack = stack_t()
            // 2 is SS_DISABLE, whose type depends on which module imports it first.
            let isThere = sigaltstack(nil, &stack) == 0 && stack.ss_flags & 2 == 0
            queue.yield(isThere ? Int(stack.ss_size) : 0)
            queue.finish()
        }
        #expect(await sizes.first { _ in true } ?? 0 >= 65_536)
        #expect(await thread.wait(atMost: .seconds(60)))
    }
}
