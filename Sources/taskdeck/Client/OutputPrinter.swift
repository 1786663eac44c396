import TaskModel

/// Prints what programs write: as it is to pipes and files, without what would control it to a terminal.
struct OutputPrinter {
    /// The form of the output on a stream.
    private enum Form {
        case unchanged
        case lines(TerminalLine, hasColor: Bool)
    }

    /// The number of bytes that the program has written to print this.
    private(set) var byteCount = 0
    private var records = LogRecords()
    private var forms: PerStream<Form>
    /// Where each of the program's streams goes.
    private var targets: PerStream<StandardStream>

    /// - Parameter mergesStreams: whether the program's standard error goes to standard output, too.
    init(mergesStreams: Bool = false) {
        targets = PerStream(.output)
        if !mergesStreams { targets[.standardError] = .error }
        forms = PerStream(.unchanged)
        for stream in ProgramStream.allCases where targets[stream].isTerminal {
            forms[stream] = .lines(TerminalLine(), hasColor: ShellTerminal(targets[stream]).hasColor)
        }
    }

    /// Prints the records of a log that end in the next bytes.
    mutating func print(records bytes: [UInt8]) throws(StreamFailure) {
        var (pending, target) = ([UInt8](), StandardStream.output)
        for record in records.append(bytes) {
            // In the order in which the program has written, and many lines at once.
            if targets[record.stream] != target {
                try Self.write(&pending, to: target)
                target = targets[record.stream]
            }
            append(record, to: &pending)
            byteCount += record.text.count + (record.isPartial ? 0 : 1)
        }
        try Self.write(&pending, to: target)
    }

    /// Prints text without control characters.
    func print(text bytes: [UInt8]) throws(StreamFailure) { try StandardStream.output.write(bytes) }

    private mutating func append(_ record: LogRecords.Record, to bytes: inout [UInt8]) {
        switch forms[record.stream] {
        case .unchanged:
            bytes += record.text
            if !record.isPartial { bytes.append(UInt8(ascii: "\n")) }
        case .lines(var line, let hasColor):
            // So that the line is not copied.
            forms[record.stream] = .unchanged
            record.text.withUnsafeBytes { line.append($0) }
            if !record.isPartial {
                for run in line.endStyled() { bytes += (hasColor ? run.escaped : run.text).utf8 }
                bytes.append(UInt8(ascii: "\n"))
            }
            forms[record.stream] = .lines(line, hasColor: hasColor)
        }
    }

    private static func write(_ bytes: inout [UInt8], to stream: StandardStream) throws(StreamFailure) {
        guard !bytes.isEmpty else { return }
        try stream.write(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}

extension StyledText {
    /// The text with the escape sequences of its style.
    fileprivate var escaped: String {
        let codes = style.codes
        return codes.isEmpty ? text : "\u{1B}[\(codes.joined(separator: ";"))m\(text)\u{1B}[0m"
    }
}

extension TerminalStyle {
    /// The parameters of Select Graphic Rendition.
    fileprivate var codes: [String] {
        let attributes: [(Bool, String)] = [
            (isBold, "1"), (isFaint, "2"), (isItalic, "3"), (isUnderlined, "4"), (isReversed, "7"), (isStruck, "9"),
        ]
        return attributes.filter(\.0).map(\.1)
            + [foreground.map { $0.code(base: 30) }, background.map { $0.code(base: 40) }].compactMap(\.self)
    }
}

extension TerminalColor {
    /// - Parameter base: 30 for text, 40 for its background.
    fileprivate func code(base: Int) -> String {
        switch self {
        case .palette(let color) where color < 8: "\(base + Int(color))"
        case .palette(let color) where color < 16: "\(base + 60 + Int(color) - 8)"
        case .palette(let color): "\(base + 8);5;\(color)"
        case .rgb(let red, let green, let blue): "\(base + 8);2;\(red);\(green);\(blue)"
        }
    }
}
