/// The memory of all workers together.
struct MemoryUsage: Sendable, Hashable {
    /// The sum of the memory that has been read, in bytes; `nil` if none has.
    private var knownBytes: Int?
    /// Whether the memory of a worker has not been read yet.
    private var isPartial = false

    /// Adds the memory of a worker, in bytes; `nil` if it has not been read yet.
    mutating func add(_ worker: Int?) {
        if let worker { knownBytes = (knownBytes ?? 0) + worker } else { isPartial = true }
    }

    /// `37M`; `37M+` if the memory of some workers is not known yet, `—` if that of all.
    func text(_ glyphs: Glyphs) -> String {
        if isPartial, knownBytes == nil { return glyphs.unknown }
        return Format.bytes(knownBytes ?? 0) + (isPartial ? "+" : "")
    }
}
