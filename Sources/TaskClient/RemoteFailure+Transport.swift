import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import SystemPackage
import TaskModel

extension RemoteFailure {
    /// The failure of a request without an answer.
    init(sending error: any Error) {
        switch error {
        case let error as HTTPClientError where error == .connectTimeout || error == .getConnectionFromPoolTimeout:
            self = .unreachable(reason: "no connection in time")
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            self = .connectionLost(reason: "the service has closed it")
        case let error as HTTPClientError where error == .readTimeout:
            self = .connectionLost(reason: Self.silence)
        case let error as HTTPClientError where error == .invalidURL || error == .emptyHost:
            self = .unreachable(reason: "the address is not valid")
        case let error as ChannelError where [.ioOnClosedChannel, .alreadyClosed, .eof].contains(error):
            self = .connectionLost(reason: "the service has closed it")
        case let error as NIOConnectionError:
            self = .unreachable(reason: Self.reason(of: error))
        case let error as IOError where [.connectionReset, .brokenPipe].contains(Errno(rawValue: error.errnoCode)):
            self = .connectionLost(reason: Self.text(error.errnoCode))
        case let error as IOError:
            self = .unreachable(reason: Self.text(error.errnoCode))
        case let error where Self.isCancellation(error):
            self = .connectionLost(reason: Self.cancellation)
        case is HTTPParserError:
            self = .unexpectedAnswer(reason: "it does not speak HTTP")
        default:
            self = .unreachable(reason: Self.reason(of: "\(error)"))
        }
    }

    private static let silence = "nothing has arrived for a while"
    private static let cancellation = "the request was canceled"

    private static func isCancellation(_ error: any Error) -> Bool {
        error is CancellationError || error as? HTTPClientError == .cancelled
    }

    /// What TLS says, in words; anything else as it is.
    private static func reason(of error: String) -> String {
        let words = error.utf8.split { !(0x41...0x5A).contains($0) && $0 != UInt8(ascii: "_") }
        func has(_ code: String) -> Bool { words.contains { $0.elementsEqual(code.utf8) } }
        if has("CERTIFICATE_VERIFY_FAILED") { return "its certificate is not trusted" }
        if has("WRONG_VERSION_NUMBER") { return "it does not speak TLS, as https needs; try http" }
        return error
    }

    /// The failure of an answer that has begun.
    init(receiving error: any Error) {
        switch error {
        case let error as IOError: self = .connectionLost(reason: Self.text(error.errnoCode))
        case let error as HTTPClientError where error == .readTimeout: self = .connectionLost(reason: Self.silence)
        case let error where Self.isCancellation(error): self = .connectionLost(reason: Self.cancellation)
        case is NIOTooManyBytesError: self = .unexpectedAnswer(reason: "the answer is too large")
        default: self = .connectionLost(reason: "the service has closed it")
        }
    }

    /// The system's words for an error.
    private static func text(_ code: CInt) -> String { Errno(rawValue: code).description }

    private static func reason(of error: NIOConnectionError) -> String {
        if let attempt = error.connectionErrors.first?.error as? IOError { return text(attempt.errnoCode) }
        if error.dnsAError != nil || error.dnsAAAAError != nil { return "the host '\(error.host)' is not known" }
        return "no connection to \(error.host):\(error.port)"
    }
}
