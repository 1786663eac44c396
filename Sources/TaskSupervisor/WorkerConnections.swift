import NIOConcurrencyHelpers
import NIOCore
import WorkerProtocol

/// The idle connections to workers.
final class WorkerConnections: Sendable {
    /// The most idle connections, each of which takes a descriptor.
    private static let limit = 64

    private let idle = NIOLockedValueBox<[WorkerAddress: any Channel]>([:])

    func dequeue(to address: WorkerAddress) -> (any Channel)? {
        idle.withLockedValue { $0.removeValue(forKey: address) }
    }

    func enqueue(_ channel: any Channel, to address: WorkerAddress) {
        let isKept = idle.withLockedValue { idle in
            guard channel.isActive, idle[address] == nil, idle.count < Self.limit else { return false }
            idle[address] = channel
            return true
        }
        if !isKept { channel.close(promise: nil) }
    }

    /// Removes a new connection when it closes.
    func register(_ channel: any Channel, to address: WorkerAddress) {
        channel.closeFuture.whenComplete { [idle] _ in
            idle.withLockedValue { idle in
                if idle[address] === channel { idle[address] = nil }
            }
        }
    }
}
