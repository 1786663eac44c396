import NIOCore
import NIOHTTP1

/// An answer of a worker's HTTP server.
struct WorkerAnswer: Sendable {
    let status: HTTPResponseStatus
    var body: ByteBuffer
}

/// Why a worker has not answered.
enum CallFailure: Error {
    case late
    case unreachable(String)

    var isLate: Bool { if case .late = self { true } else { false } }

    var sentence: String {
        switch self {
        case .late: "the worker did not answer within \(WorkerClient.timeout.nanoseconds / 1_000_000_000) s"
        case .unreachable(let reason): "the worker could not be reached (\(reason))"
        }
    }
}
