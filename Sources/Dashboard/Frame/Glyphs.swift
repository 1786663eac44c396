/// The characters for drawing.
struct Glyphs: Sendable {
    let isUnicode: Bool
    let horizontal: Unicode.Scalar
    let vertical: Unicode.Scalar
    let upperLeft: Unicode.Scalar
    let upperRight: Unicode.Scalar
    let lowerLeft: Unicode.Scalar
    let lowerRight: Unicode.Scalar
    /// The cells of a bar from nearly empty to full.
    let eighths: [Unicode.Scalar]
    let emptyBar: Unicode.Scalar
    /// The cells of a sparkline from lowest to highest.
    let levels: [Unicode.Scalar]
    let selection: Unicode.Scalar
    let tag: Unicode.Scalar
    let ascending: Unicode.Scalar
    let descending: Unicode.Scalar
    let ellipsis: Unicode.Scalar
    let unknown: String
    let dot: String
    let done: String
    let failed: String
    let warning: String

    static let unicode = Glyphs(
        isUnicode: true,
        horizontal: "─", vertical: "│", upperLeft: "┌", upperRight: "┐", lowerLeft: "└", lowerRight: "┘",
        eighths: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"], emptyBar: "░",
        levels: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], selection: "▸", tag: "◆", ascending: "▲", descending: "▼",
        ellipsis: "…", unknown: "—", dot: "·", done: "✓", failed: "✗", warning: "⚠")

    static let ascii = Glyphs(
        isUnicode: false,
        horizontal: "-", vertical: "|", upperLeft: "+", upperRight: "+", lowerLeft: "+", lowerRight: "+",
        eighths: ["#"], emptyBar: ".", levels: ["_", ".", "-", "=", "*", "#"], selection: ">", tag: "*",
        ascending: "^", descending: "v", ellipsis: "~", unknown: "-", dot: "|", done: "+", failed: "x",
        warning: "!")

    /// The mark of a task whose worker does not answer.
    var silent: String { "?" }
}
