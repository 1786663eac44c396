/// What a request says its body is.
package enum MediaType {
    /// Whether a `Content-Type` lets the body be read as JSON: it says so, or says nothing.
    ///
    /// A page in a browser can send neither without asking first or naming its origin.
    package static func mayBeJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return true }
        let type = contentType.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace }
        return type == "application/json" || type.hasPrefix("application/") && type.hasSuffix("+json")
    }
}
