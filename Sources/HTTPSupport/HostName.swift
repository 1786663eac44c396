import JSON

/// The name in a `Host` header, as bytes of the header.
///
/// Every request is checked, so nothing is copied.
enum HostName {
    /// The length of the name in `name[:port]`; `nil` for anything else.
    static func length(in authority: Span<UInt8>) -> Int? {
        var end = 0
        if authority.first == UInt8(ascii: "[") {
            guard let bracket = authority.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            end = bracket + 1
        } else {
            end = authority.firstIndex(of: UInt8(ascii: ":")) ?? authority.count
        }
        guard end > 0, end == authority.count || authority[end] == UInt8(ascii: ":") else { return nil }
        for index in authority.indices.dropFirst(end + 1) where !authority[index].isASCIIDigit { return nil }
        return end
    }

    /// Whether a name or an address is only reachable from this machine.
    static func isLoopback(_ name: Span<UInt8>) -> Bool {
        isLoopbackAddress(name) || equal(name, "localhost".utf8.span) || equal(name, "[::1]".utf8.span)
            || equal(name, "::1".utf8.span)
    }

    /// Whether it is an address in 127.0.0.0/8: four decimal numbers, leading zeros allowed in all but the first.
    private static func isLoopbackAddress(_ name: Span<UInt8>) -> Bool {
        var (dots, digits, number) = (0, 0, 0)
        for index in name.indices {
            let byte = name[index]
            if byte == UInt8(ascii: ".") {
                guard dots > 0 ? digits > 0 : digits == 3 && number == 127 else { return false }
                (dots, digits, number) = (dots + 1, 0, 0)
            } else {
                guard byte.isASCIIDigit else { return false }
                (digits, number) = (digits + 1, number * 10 + Int(byte - UInt8(ascii: "0")))
                guard number <= 255 else { return false }
            }
        }
        return dots == 3 && digits > 0
    }

    /// Whether two names are the same but for the case of ASCII letters.
    static func equal(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index].asciiLowercased != right[index].asciiLowercased { return false }
        return true
    }
}

extension Span<UInt8> {
    fileprivate var first: UInt8? { isEmpty ? nil : self[0] }

    fileprivate func firstIndex(of byte: UInt8) -> Int? {
        for index in indices where self[index] == byte { return index }
        return nil
    }
}
