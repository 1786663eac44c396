/// The log of the service, for clients that show it.
package protocol LogSource: Sendable {
    /// The records that are kept and all that follow, in batches; a slow reader misses the oldest.
    func records() -> any AsyncSequence<[LogRecord], Never> & Sendable
}
