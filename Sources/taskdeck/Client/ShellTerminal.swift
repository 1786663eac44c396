import Glibc

/// What standard output can show.
struct ShellTerminal: Sendable {
    let isTerminal: Bool
    /// In cells; `nil` without a terminal, where lines may have any length.
    let width: Int?
    let hasColor: Bool
    /// Whether the locale has characters besides ASCII.
    let isUnicode: Bool

    /// - Parameters:
    ///   - stream: the one to write to.
    ///   - environment: the value of a variable.
    init(_ stream: StandardStream, environment: (String) -> String? = Self.variable) {
        isTerminal = stream.isTerminal
        width = isTerminal ? Self.width(stream, environment) : nil
        hasColor =
            isTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM").map { $0 != "dumb" } ?? false
        // The first one that is set counts (POSIX, 8.2).
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap(environment).first { !$0.isEmpty } ?? ""
        isUnicode = locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
    }

    init(width: Int?, hasColor: Bool, isUnicode: Bool) {
        isTerminal = width != nil
        self.width = width
        self.hasColor = hasColor
        self.isUnicode = isUnicode
    }

    private static func width(_ stream: StandardStream, _ environment: (String) -> String?) -> Int {
        if let columns = environment("COLUMNS").flatMap({ Int($0) }), columns > 0 { return columns }
        var size = winsize()
        let descriptor = stream == .output ? STDOUT_FILENO : STDERR_FILENO
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// The rows of standard output's terminal.
    static func height() -> Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }

    static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// A text in a color; as it is where there are none.
    func colored(_ text: String, _ color: TextColor) -> String {
        hasColor && color != .plain ? "\u{1B}[\(color.code)m\(text)\u{1B}[0m" : text
    }
}

/// The colors of texts that verbs print.
enum TextColor: Sendable {
    case plain, muted, bold, good, bad, active, waiting

    fileprivate var code: String {
        switch self {
        case .plain: "0"
        case .muted: "2"
        case .bold: "1"
        case .good: "32"
        case .bad: "31"
        case .active: "36"
        case .waiting: "33"
        }
    }
}
