import CSignals
import Glibc
import SystemPackage

/// Signals to a verb, as events.
///
/// Until ``watch()`` they have their usual effect: there is nothing yet that has to be ended with the verb.
struct VerbSignals: Sendable {
    /// Those with which users end a process.
    static let endings = [SIGINT, SIGTERM, SIGHUP]

    private let numbers: [CInt]
    private let events: AsyncStream<CInt>
    private let continuation: AsyncStream<CInt>.Continuation
    private let pipe: CInt

    /// - Parameter numbers: the signals; those that are ignored stay ignored.
    /// - Throws: ``StartError`` when there is no descriptor left.
    init(_ numbers: [CInt]) throws(StartError) {
        pipe = signal_pipe_open()
        guard pipe >= 0 else {
            throw .environment("signals cannot be received: \(Errno(rawValue: errno))")
        }
        (events, continuation) = AsyncStream.makeStream(of: CInt.self)
        self.numbers = numbers
    }

    /// The signals from now on; for one reader.
    func watch() -> AsyncStream<CInt> {
        for number in numbers where !SignalDisposition.isIgnored(number) {
            signal_pipe_watch(number)
        }
        return events
    }

    /// Passes signals on; uses the calling thread until the process ends.
    func forward() {
        while true {
            var watched = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, -1) > 0 else { continue }
            var number: UInt8 = 0
            while read(pipe, &number, 1) == 1 { continuation.yield(CInt(number)) }
        }
    }
}
