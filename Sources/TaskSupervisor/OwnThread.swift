import NIOPosix

/// A thread for one wait that has no bound, which would occupy a shared one.
enum OwnThread {
    /// Runs `body` on a thread that ends with it.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        let value = await withCheckedContinuation { continuation in
            // Not runIfActive(_:), which does not run a task that is cancelled.
            thread.submit { _ in continuation.resume(returning: body()) }
        }
        // Throws only for the shared pool.
        try? await thread.shutdownGracefully()
        return value
    }
}
