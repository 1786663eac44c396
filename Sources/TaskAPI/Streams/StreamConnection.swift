import NIOConcurrencyHelpers
import NIOCore
import TaskControl

/// The connection of a stream: signals the stream by the journal and by time, until the client or the service ends.
struct StreamConnection {
    /// How long a client may take to receive the end of its stream once the service has ended.
    private static let closingTime = Duration.seconds(2)

    /// How much of a stream waits in the kernel, in bytes: what is sent late is not sent any more on a slow line.
    private static let unsentLimit: ChannelOptions.Types.SocketOption.Value = 32 << 10
    private static let unsentOption = ChannelOptions.Types.SocketOption(level: .tcp, name: .unsentLimit)

    let reader: ChangeJournal.Reader
    /// Whether the stream has ended: its connection may serve another request then.
    private let hasEnded: NIOLockedValueBox<Bool>
    private let journal: ChangeJournal
    private let eventLoop: any EventLoop
    private var timer: Scheduled<Void>?

    /// Adds a reader to the journal; ``close()`` removes it.
    ///
    /// - Parameter onHangUp: calls its parameter once the client has closed the connection.
    init(_ channel: any Channel, _ journal: ChangeJournal, onHangUp: (@escaping @Sendable () -> Void) -> Void) {
        self.journal = journal
        eventLoop = channel.eventLoop
        let hasEnded = NIOLockedValueBox(false)
        self.hasEnded = hasEnded
        // A Unix socket has no such option.
        _ = channel.setOption(Self.unsentOption, value: Self.unsentLimit)
        let reader = journal.addReader {
            // A client that reads nothing must not delay the end of the service.
            _ = channel.eventLoop.scheduleTask(in: TimeAmount(Self.closingTime)) { () -> Void in
                if !hasEnded.withLockedValue(\.self) { channel.close(promise: nil) }
            }
        }
        self.reader = reader
        onHangUp { journal.remove(reader) }
    }

    /// Signals the stream now.
    func signal() { journal.signal(reader) }

    /// Signals the stream once, as soon as the journal has changes after a number.
    func signal(after number: Int) { journal.signal(reader, after: number) }

    /// Signals the stream after a time, instead of at the one set before.
    mutating func signal(in time: Duration) {
        timer?.cancel()
        timer = eventLoop.scheduleTask(in: TimeAmount(time)) { [journal, reader] in journal.signal(reader) }
    }

    mutating func close() {
        timer?.cancel()
        hasEnded.withLockedValue { $0 = true }
        journal.remove(reader)
    }
}
