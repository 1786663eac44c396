import Glibc
package import NIOCore

/// A thread of this process.
///
/// Not one of NIO's: those trap when the system is out of threads.
package struct WorkerThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let thread: pthread_t

    /// Starts a thread, which is to be joined or detached.
    ///
    /// - Throws: `IOError` when the system is out of threads.
    package init(_ body: @escaping @Sendable () -> Void) throws(IOError) {
        let argument = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let error = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, argument.toOpaque())
        guard error == 0 else {
            argument.release()
            throw IOError(errnoCode: error, reason: "pthread_create")
        }
        self.thread = thread
    }

    /// Returns when it has ended.
    func join() { pthread_join(thread, nil) }

    package func detach() { pthread_detach(thread) }
}
