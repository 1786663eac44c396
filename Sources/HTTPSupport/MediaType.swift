import JSON

/// The headers that describe a request's body.
package enum MediaType {
    /// Whether a `Content-Type` is JSON or missing.
    ///
    /// A page in a browser can send neither without a preflight request or its origin.
    package static func mayBeJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return true }
        let type = contentType.parts(separatedBy: ";")[0].trimmingBlanks.asciiLowercased
        return type.hasSameBytes(as: "application/json")
            || type.hasBytePrefix("application/") && type.hasByteSuffix("+json")
    }

    /// Whether a `Content-Encoding` is `identity` or missing: no other encoding is supported.
    package static func isIdentity(_ contentEncoding: String?) -> Bool {
        guard let contentEncoding else { return true }
        return contentEncoding.parts(separatedBy: ",").map(\.trimmingBlanks)
            .allSatisfy { $0.isEmpty || $0.equalsIgnoringCase("identity") }
    }
}
