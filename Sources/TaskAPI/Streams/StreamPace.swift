/// How fast a stream may be: bounds what any number of readers cost.
///
/// A reader that has been idle receives a change at once. Those that follow within the pause are sent together, of each
/// task only the newest.
struct StreamPace {
    /// The shortest pause between two batches.
    private static let shortestPause = Duration.milliseconds(100)
    /// The bytes a second that all streams together may have.
    private static let rate = Double(32 << 20)

    /// The pause after a batch.
    ///
    /// - Parameters:
    ///   - size: bytes of the batch.
    ///   - readers: the number of streams.
    static func pause(after size: Int, readers: Int) -> Duration {
        max(shortestPause, .seconds(Double(size) * Double(readers) / rate))
    }
}
