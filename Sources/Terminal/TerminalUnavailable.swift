/// Why there is no terminal to draw on.
package struct TerminalUnavailable: Error, Hashable, CustomStringConvertible {
    /// Half a sentence: `standard output is not a terminal`.
    package let description: String
}
