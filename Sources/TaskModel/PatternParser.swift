/// A part of a pattern.
indirect enum PatternNode {
    case set(PatternSet)
    case assertion(PatternAssertion)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    /// `maximum` is `nil` for no limit.
    case repetition(PatternNode, minimum: Int, maximum: Int?, prefersMore: Bool)
    /// A group that is captured, by its number.
    case group(PatternNode, Int)
}

/// A place in the text.
enum PatternAssertion: Sendable {
    case start, end, wordBoundary, noWordBoundary
}

/// Reads a pattern.
struct PatternParser {
    private static let depthLimit = 50
    private static let repetitionLimit = 1000

    private static let comma: Unicode.Scalar = ","
    private static let closingBrace: Unicode.Scalar = "}"

    private let source: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private(set) var groupCount = 0

    init(_ source: String) {
        self.source = Array(source.unicodeScalars)
    }

    /// - Throws: ``PatternError``.
    mutating func parse() throws(PatternError) -> PatternNode {
        guard source.count <= LinearPattern.lengthLimit else {
            throw PatternError("a pattern has at most \(LinearPattern.lengthLimit) characters")
        }
        let node = try alternatives()
        guard position == source.count else { throw error("a ')' without its '('") }
        return node
    }

    private var current: Unicode.Scalar? { position < source.count ? source[position] : nil }

    private func error(_ reason: String, at position: Int? = nil) -> PatternError {
        PatternError(reason, at: (position ?? self.position) + 1)
    }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        position += 1
        return true
    }

    private mutating func alternatives() throws(PatternError) -> PatternNode {
        var alternatives = [try sequence()]
        while skip("|") { alternatives.append(try sequence()) }
        return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var parts: [PatternNode] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            parts.append(try repeated(try atom(scalar)))
        }
        return .sequence(parts)
    }

    private mutating func atom(_ scalar: Unicode.Scalar) throws(PatternError) -> PatternNode {
        let start = position
        position += 1
        switch scalar {
        case "(": return try group(start)
        case "[": return .set(try characterClass(start))
        case ".": return .set(.anyButLineFeed)
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case "*", "+", "?": throw error("'\(scalar)' has nothing to repeat", at: start)
        case "{" where repetition() != nil: throw error("'{' has nothing to repeat", at: start)
        case "\\": return try escape(start)
        default: return .set(PatternSet(scalar))
        }
    }

    private mutating func group(_ start: Int) throws(PatternError) -> PatternNode {
        var number: Int?
        if skip("?") {
            guard skip(":") else {
                throw error("'(?' is followed by ':' only: lookaround, names and flags are not supported", at: start)
            }
        } else {
            groupCount += 1
            number = groupCount
            guard groupCount <= LinearPattern.groupLimit else {
                throw error("there are more than \(LinearPattern.groupLimit) groups", at: start)
            }
        }
        depth += 1
        guard depth <= Self.depthLimit else { throw error("groups are nested more than \(Self.depthLimit) deep") }
        let node = try alternatives()
        depth -= 1
        guard skip(")") else { throw error("a '(' without its ')'", at: start) }
        return number.map { .group(node, $0) } ?? node
    }

    // MARK: - Repetitions

    private mutating func repeated(_ node: PatternNode) throws(PatternError) -> PatternNode {
        let start = position
        let (minimum, maximum): (Int, Int?)
        switch current {
        case "*": (minimum, maximum) = (0, nil)
        case "+": (minimum, maximum) = (1, nil)
        case "?": (minimum, maximum) = (0, 1)
        case "{":
            position += 1
            // A brace that is no repetition is a character, as in Perl.
            guard let range = repetition() else {
                position = start
                return node
            }
            (minimum, maximum) = (range.minimum, range.maximum)
            position = range.end - 1
        default: return node
        }
        position += 1
        guard max(minimum, maximum ?? 0) <= Self.repetitionLimit else {
            throw error("nothing is repeated more than \(Self.repetitionLimit) times", at: start)
        }
        if let maximum, maximum < minimum { throw error("the repetition's limits are the wrong way round", at: start) }
        if case .assertion = node { throw error("an assertion cannot be repeated", at: start) }
        let prefersMore = !skip("?")
        if let next = current, "*+?".unicodeScalars.contains(next) {
            throw error("a repetition cannot be repeated without a group", at: position)
        }
        return .repetition(node, minimum: minimum, maximum: maximum, prefersMore: prefersMore)
    }

    /// The repetition whose `{` is before the position, and the position behind it.
    private func repetition() -> (minimum: Int, maximum: Int?, end: Int)? {
        guard let end = source[position...].firstIndex(of: Self.closingBrace) else { return nil }
        let fields = source[position..<end].split(separator: Self.comma, omittingEmptySubsequences: false)
            .map { field in
                let digits = field.allSatisfy { ("0"..."9").contains($0) } && field.count < 10
                return digits ? String(String.UnicodeScalarView(field)) : "-"
            }
        guard fields.count <= 2, let minimum = Int(fields[0]), minimum >= 0 else { return nil }
        if fields.count == 1 { return (minimum, minimum, end + 1) }
        if fields[1].isEmpty { return (minimum, nil, end + 1) }
        return Int(fields[1]).map { (minimum, $0, end + 1) }
    }

    // MARK: - Characters

    private mutating func escape(_ start: Int) throws(PatternError) -> PatternNode {
        switch current {
        case "b":
            position += 1
            return .assertion(.wordBoundary)
        case "B":
            position += 1
            return .assertion(.noWordBoundary)
        default: return .set(try escapedSet(start))
        }
    }

    /// Reads what is behind a backslash.
    private mutating func escapedSet(_ start: Int) throws(PatternError) -> PatternSet {
        guard let scalar = current else { throw error("a '\\' at the end", at: start) }
        position += 1
        switch scalar {
        case "d": return .digits
        case "D": return PatternSet.digits.inverted
        case "s": return .spaces
        case "S": return PatternSet.spaces.inverted
        case "w": return .words
        case "W": return PatternSet.words.inverted
        case "t": return PatternSet("\t")
        case "n": return PatternSet("\n")
        case "r": return PatternSet("\r")
        case "a"..."z", "A"..."Z", "0"..."9":
            throw error("'\\\(scalar)' is not supported", at: start)
        default: return PatternSet(scalar)
        }
    }

    private mutating func characterClass(_ start: Int) throws(PatternError) -> PatternSet {
        let isInverted = skip("^")
        var set = PatternSet()
        var isFirst = true
        while let scalar = current, scalar != "]" || isFirst {
            isFirst = false
            let place = position
            position += 1
            if scalar == "[", let next = current, next == ":" || next == "=" || next == "." {
                throw error("'[\(next)' in a class is not supported", at: place)
            }
            let first = scalar == "\\" ? try escapedSet(place) : PatternSet(scalar)
            guard current == "-", position + 1 < source.count, source[position + 1] != "]" else {
                set.formUnion(first)
                continue
            }
            position += 1
            let end = position
            position += 1
            let last = source[end] == "\\" ? try escapedSet(end) : PatternSet(source[end])
            guard let lower = first.onlyScalar, let upper = last.onlyScalar, lower <= upper else {
                throw error("a range in a class has no order", at: place)
            }
            set.formUnion(PatternSet(lower...upper))
        }
        guard skip("]") else { throw error("a '[' without its ']'", at: start) }
        return isInverted ? set.inverted : set
    }
}
