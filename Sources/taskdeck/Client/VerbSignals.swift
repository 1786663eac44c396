import CSignals
import Glibc
import SystemPackage

/// The signals with which users end a verb, as events.
struct VerbSignals: Sendable {
    let events: AsyncStream<CInt>
    private let continuation: AsyncStream<CInt>.Continuation
    private let pipe: CInt

    /// - Throws: ``StartError`` when there is no descriptor left.
    init() throws(StartError) {
        pipe = signal_pipe_open()
        guard pipe >= 0 else {
            throw .environment("signals cannot be received: \(Errno(rawValue: errno))")
        }
        (events, continuation) = AsyncStream.makeStream(of: CInt.self)
        for number in [SIGINT, SIGTERM, SIGHUP] where !SignalDisposition.isIgnored(number) {
            signal_pipe_watch(number)
        }
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
