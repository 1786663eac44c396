import HTTPSupport
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import TaskModel

/// The client has closed the connection before the end of its request.
struct ConnectionLost: Error {
    let cause: any Error
}

/// Reads what clients send, and says what is wrong with it.
enum RequestReading {
    /// The most bytes a body may have.
    static let bodyLimit = 1 << 20

    /// The members of the JSON object in the body.
    ///
    /// - Throws: ``ProblemDetails`` with 400, 413 or 415.
    static func object(in request: Request) async throws -> [JSONName: JSONValue] {
        try checkBody(of: request)
        if let length = request.headers[.contentLength].flatMap({ Int(digits: $0) }), length > bodyLimit {
            throw ProblemDetails.bodyTooLarge(limit: bodyLimit)
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: bodyLimit)
        } catch is NIOTooManyBytesError {
            throw ProblemDetails.bodyTooLarge(limit: bodyLimit)
        } catch let error as IOError {
            throw ConnectionLost(cause: error)
        } catch let error as ChannelError {
            throw ConnectionLost(cause: error)
        }
        return try JSONBody.members(of: body.readableBytesView)
    }

    /// Checks what the headers say of the body.
    ///
    /// - Throws: ``ProblemDetails`` with 415.
    static func checkBody(of request: Request) throws(ProblemDetails) {
        let encodings = request.headers[values: .contentEncoding].joined(separator: ",")
        if let refusal = ProblemDetails.refusal(ofContentType: request.headers[.contentType], encoding: encodings) {
            throw refusal
        }
    }

    /// What the client calls its submission; `nil` when it does not.
    ///
    /// - Throws: ``ProblemDetails`` with 400 for one that is too long, or given twice.
    static func idempotencyKey(in request: Request) throws(ProblemDetails) -> IdempotencyKey? {
        let values = request.headers[values: .idempotencyKey]
        guard let text = values.first else { return nil }
        guard values.count == 1, let key = IdempotencyKey(text) else {
            throw .invalidHeader("Idempotency-Key", "must be one text of 1 to 255 printable ASCII characters")
        }
        return key
    }

    /// The query parameters, all of which must be among those that the resource knows.
    ///
    /// - Throws: ``ProblemDetails`` with 400 that names an unknown or repeated one.
    static func query(of request: Request, allowing names: [String]) throws(ProblemDetails) -> [String: String] {
        var values: [String: String] = [:]
        for (name, value) in request.uri.queryParameters {
            guard names.contains(where: name.hasSameBytes) else {
                let known = names.isEmpty ? "there is none here" : "known: \(names.joined(separator: ", "))"
                throw .invalidParameter(name, "is not a parameter of this resource (\(known))")
            }
            guard values.updateValue(String(value), forKey: String(name)) == nil else {
                throw .invalidParameter(name, "is given more than once")
            }
        }
        return values
    }

    /// A query parameter with text in it; `nil` when it is not there.
    ///
    /// - Throws: ``ProblemDetails`` with 400 for an empty one.
    static func text(_ name: String, in query: [String: String]) throws(ProblemDetails) -> String? {
        guard let text = query[name] else { return nil }
        guard !text.isEmpty else { throw .invalidParameter(name, "must not be empty") }
        return text
    }

    /// A query parameter that is true or false; false when it is not there.
    ///
    /// - Throws: ``ProblemDetails`` with 400 for any other value.
    static func flag(_ name: String, in query: [String: String]) throws(ProblemDetails) -> Bool {
        switch query[name]?.asciiLowercased {
        case nil, "false", "0", "no": return false
        case "true", "1", "yes", "": return true
        default: throw .invalidParameter(name, "must be true or false")
        }
    }
}
