/// The memory of all workers together, as far as it has been read.
struct MemoryUsage: Sendable, Hashable {
    private var bytes = 0
    private var hasKnown = false
    private var hasUnknown = false

    /// Adds a worker's; `nil` if it has not been read yet.
    mutating func add(_ worker: Int?) {
        bytes += worker ?? 0
        if worker == nil { hasUnknown = true } else { hasKnown = true }
    }

    /// `37M`; `37M+` if there are workers whose memory is not known yet, `—` if none is.
    func text(_ glyphs: Glyphs) -> String {
        if hasUnknown, !hasKnown { return glyphs.unknown }
        return Format.bytes(bytes) + (hasUnknown ? "+" : "")
    }
}
