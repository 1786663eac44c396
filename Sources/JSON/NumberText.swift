extension FixedWidthInteger {
    /// Calls `body` with the decimal digits, and the sign of a negative number; for integers of at most 64 bits.
    @inlinable package func withDecimalDigits(_ body: (UnsafeRawBufferPointer) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var first = digits.count
            var rest = UInt64(magnitude)
            repeat {
                first -= 1
                digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if self < 0 {
                first -= 1
                digits[first] = UInt8(ascii: "-")
            }
            body(UnsafeRawBufferPointer(rebasing: digits[first...]))
        }
    }
}

extension Double {
    /// The number as a person would write it: `86400`, not `86400.0`.
    package var plainText: String { Int64(exactly: self).map(String.init) ?? String(self) }

    /// The number with at most three decimals: `0.5`, `12`.
    package var shortText: String { ((self * 1000).rounded() / 1000).plainText }
}

extension Duration {
    /// Seconds: `0.5 s`, `8 s`.
    package var secondsText: String {
        let (seconds, attoseconds) = components
        return "\((Double(seconds) + Double(attoseconds) * 1e-18).plainText) s"
    }
}

extension Int {
    /// Three digits and a unit: `999`, `1.5 k`, `2 M`, `1 T`.
    package var unitText: String {
        var (value, unit) = (Double(self), "")
        for next in ["k", "M", "G", "T"] {
            // 999.5 would be shown as 1000.
            guard abs(value) >= (unit.isEmpty ? 1000 : 999.5) else { break }
            (value, unit) = (value / 1000, next)
        }
        guard !unit.isEmpty else { return String(self) }
        let scale: Double = abs(value) < 9.995 ? 100 : abs(value) < 99.95 ? 10 : 1
        return "\(((value * scale).rounded() / scale).plainText) \(unit)"
    }
}
