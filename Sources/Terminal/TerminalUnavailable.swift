/// The reason why there is no terminal to draw on.
package struct TerminalUnavailable: Error, Hashable, CustomStringConvertible {
    /// The reason as a clause: `standard output is not a terminal`.
    package let description: String
}
