import Dashboard

/// The beginning of a key sequence of the terminal description.
struct PartialSequence: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var prefix = KeySequences.Prefix.empty
    /// The longest whole sequence at the start of the bytes, with its key; `nil` if there is none.
    private(set) var match: (count: Int, key: Key?)?

    var isEmpty: Bool { bytes.isEmpty }

    /// Appends a byte that extends the prefix to `next`.
    mutating func append(_ byte: UInt8, to next: KeySequences.Prefix, _ sequences: KeySequences) {
        bytes.append(byte)
        prefix = next
        if sequences.isSequence(next) { match = (bytes.count, sequences.key(of: next)) }
    }
}
