extension OutputPane {
    /// The scroll position.
    enum Position: Sendable, Hashable {
        case following
        /// The last row on the screen.
        case pinned(OutputRow)
    }

    /// The state of the output.
    enum Content: Sendable, Hashable {
        /// Nothing has been read yet.
        case unknown
        /// The task runs no program, or has not begun.
        case none
        case lines
        /// The output cannot be read, for this reason.
        case failed(String)
    }

    /// A part of the output to request.
    enum MissingPart: Sendable { case first, last, before, after }
}
