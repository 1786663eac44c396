import JSON

/// What a request says of its body.
package enum MediaType {
    /// Whether a `Content-Type` lets the body be read as JSON: it says so, or says nothing.
    ///
    /// A page in a browser can send neither without asking first or naming its origin.
    package static func mayBeJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return true }
        let type = contentType.parts(separatedBy: ";")[0].trimmingBlanks.asciiLowercased
        return type.hasSameBytes(as: "application/json")
            || type.hasBytePrefix("application/") && type.hasByteSuffix("+json")
    }

    /// Whether `Content-Encoding` says that the body is sent as it is, or says nothing; no other encoding is read.
    package static func isIdentity(_ contentEncoding: String?) -> Bool {
        guard let contentEncoding else { return true }
        return contentEncoding.parts(separatedBy: ",").map(\.trimmingBlanks)
            .allSatisfy { $0.isEmpty || $0.equalsIgnoringCase("identity") }
    }
}
