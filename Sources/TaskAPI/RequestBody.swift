import HTTPSupport
import HTTPTypes
import Hummingbird
import JSON
import NIOCore

/// The client has closed the connection before the end of its request.
struct ConnectionLost: Error {
    let cause: any Error
}

/// Reads the bodies of requests.
enum RequestBody {
    /// The members of the JSON object in the body.
    ///
    /// - Throws: ``ProblemDetails`` with 400, 413 or 415; ``ConnectionLost``.
    static func object(in request: Request) async throws -> [JSONName: JSONValue] {
        try checkHeaders(of: request)
        if let length = request.headers[.contentLength].flatMap({ Int(digits: $0) }), length > JSONBody.sizeLimit {
            throw ProblemDetails.bodyTooLarge(limit: JSONBody.sizeLimit)
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: JSONBody.sizeLimit)
        } catch is NIOTooManyBytesError {
            throw ProblemDetails.bodyTooLarge(limit: JSONBody.sizeLimit)
        } catch let error as IOError {
            throw ConnectionLost(cause: error)
        } catch let error as ChannelError {
            throw ConnectionLost(cause: error)
        }
        return try JSONBody.members(of: body.readableBytesView)
    }

    /// Whether the client waits for `100 Continue` to send a body; not for one that would be refused.
    static func isAwaitingContinue(_ head: HTTPRequest) -> Bool {
        guard let expectation = head.headerFields[.expect], expectation.equalsIgnoringCase("100-continue") else {
            return false
        }
        return (head.headerFields[.contentLength].flatMap { Int(digits: $0) } ?? 0) <= JSONBody.sizeLimit
    }

    /// Checks the headers that describe the body.
    ///
    /// - Throws: ``ProblemDetails`` with 415.
    static func checkHeaders(of request: Request) throws(ProblemDetails) {
        let encodings = request.headers[values: .contentEncoding].joined(separator: ",")
        if let refusal = ProblemDetails.refusal(ofContentType: request.headers[.contentType], encoding: encodings) {
            throw refusal
        }
    }
}
