import Hummingbird
import TaskControl

/// The body of `GET /events`.
struct EventStream {
    private let journal: ChangeJournal
    private let lastEventID: String?
    private let silence: Duration
    private var reader: EventReader
    private var connection: StreamConnection
    private var output: StreamOutput

    /// - Parameters:
    ///   - lastEventID: the event after which it continues; `nil` for a new snapshot.
    ///   - silence: the time without an event after which a comment is sent.
    init(
        _ reader: EventReader, after lastEventID: String?, silence: Duration, on connection: StreamConnection,
        to writer: any ResponseBodyWriter
    ) {
        journal = reader.journal
        self.lastEventID = lastEventID
        self.silence = silence
        self.reader = reader
        self.connection = connection
        output = StreamOutput(writer)
    }

    /// Writes events until the client has gone or the service has ended.
    mutating func run() async throws {
        defer { connection.close() }
        output.buffer.writeString(EventText.beginning)
        try await reader.begin(after: lastEventID, &output)
        try await output.flush()
        let clock = ContinuousClock()
        var pauseEnd = clock.now
        for await _ in connection.reader.signals {
            guard clock.now >= pauseEnd else { continue }
            let start = output.writtenBytes
            let hasChanged = try await reader.sendChanges(to: &output)
            try await sendComment(at: clock.now)
            if hasChanged {
                let size = output.writtenBytes - start
                let pause = StreamPace.pause(after: size, readers: journal.readerCount)
                pauseEnd = clock.now + pause
                connection.signal(in: pause)
            } else {
                connection.signal(in: output.lastWrite + silence - clock.now)
                connection.signal(after: reader.number)
            }
        }
        _ = try await reader.sendChanges(to: &output)
        try await output.finish()
    }

    /// Sends a comment if nothing else has been sent for a while.
    private mutating func sendComment(at now: ContinuousClock.Instant) async throws {
        guard now - output.lastWrite >= silence else { return }
        output.buffer.writeString(EventText.comment)
        try await output.flush()
    }
}
