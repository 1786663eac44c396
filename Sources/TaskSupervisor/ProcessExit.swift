import Dispatch

/// Waits for a process to end without reaping it.
enum ProcessExit {
    /// Returns once the process behind a pidfd has exited; it is a zombie then.
    static func wait(for descriptor: CInt) async {
        await withCheckedContinuation { continuation in
            let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .global())
            source.setEventHandler { source.cancel() }
            // Only after the cancellation is the descriptor out of use and may be closed.
            source.setCancelHandler { continuation.resume() }
            source.activate()
        }
    }
}
