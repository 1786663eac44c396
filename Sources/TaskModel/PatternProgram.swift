/// A step of a pattern's program (Pike's machine).
enum PatternInstruction: Sendable {
    case character(PatternSet)
    case assertion(PatternAssertion)
    /// Goes on at two places, the first preferred.
    case split(Int, Int)
    case jump(Int)
    /// Remembers the position.
    case save(Int)
    case match
}

/// Translates a pattern to its program.
struct PatternCompiler {
    private(set) var program: [PatternInstruction] = []

    /// - Throws: ``PatternError`` when the program is too large.
    mutating func compile(_ node: PatternNode) throws(PatternError) {
        try add(.save(0))
        try emit(node)
        try add(.save(1))
        try add(.match)
    }

    private mutating func add(_ instruction: PatternInstruction) throws(PatternError) {
        guard program.count < LinearPattern.programLimit else {
            throw PatternError("the pattern repeats too much")
        }
        program.append(instruction)
    }

    private mutating func emit(_ node: PatternNode) throws(PatternError) {
        switch node {
        case .set(let set): try add(.character(set))
        case .assertion(let assertion): try add(.assertion(assertion))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .alternatives(let alternatives): try emit(alternatives)
        case .group(let content, let number):
            try add(.save(2 * number))
            try emit(content)
            try add(.save(2 * number + 1))
        case .repetition(let content, let minimum, let maximum, let prefersMore):
            for _ in 0..<minimum { try emit(content) }
            if let maximum {
                var splits: [Int] = []
                for _ in minimum..<maximum {
                    splits.append(program.count)
                    try add(.split(0, 0))
                    try emit(content)
                }
                for split in splits { program[split] = Self.split(split + 1, program.count, prefersMore) }
            } else {
                let split = program.count
                try add(.split(0, 0))
                try emit(content)
                try add(.jump(split))
                program[split] = Self.split(split + 1, program.count, prefersMore)
            }
        }
    }

    private mutating func emit(_ alternatives: [PatternNode]) throws(PatternError) {
        var jumps: [Int] = []
        for alternative in alternatives.dropLast() {
            let split = program.count
            try add(.split(0, 0))
            try emit(alternative)
            jumps.append(program.count)
            try add(.jump(0))
            program[split] = .split(split + 1, program.count)
        }
        if let last = alternatives.last { try emit(last) }
        for jump in jumps { program[jump] = .jump(program.count) }
    }

    private static func split(_ content: Int, _ end: Int, _ prefersMore: Bool) -> PatternInstruction {
        prefersMore ? .split(content, end) : .split(end, content)
    }
}

/// Runs a pattern's program on a text, on all its paths at once.
struct PatternMatcher {
    /// The places in the program where the paths are, each once, in the order of preference.
    private struct Threads {
        var list: [Int] = []
        /// For each instruction the step in which it was added.
        var added: [Int]
        /// The slots of each thread, one after the other.
        var slots: [Int] = []

        init(_ count: Int) {
            added = Array(repeating: -1, count: count)
        }
    }

    private enum Work {
        case add(Int)
        case restore(slot: Int, Int)
    }

    private let program: [PatternInstruction]
    private let slotCount: Int
    private let text: [Unicode.Scalar]
    private var stack: [Work] = []
    private var slots: [Int]
    /// The instructions that have been carried out.
    private(set) var steps = 0

    init(_ program: [PatternInstruction], slots: Int, _ text: [Unicode.Scalar]) {
        self.program = program
        slotCount = slots
        self.text = text
        self.slots = Array(repeating: -1, count: slots)
    }

    /// The slots of the leftmost match; `nil` without one.
    mutating func run() -> [Int]? {
        var current = Threads(program.count)
        var next = Threads(program.count)
        var match: [Int]?
        for position in 0...text.count {
            if match == nil {
                for slot in slots.indices { slots[slot] = -1 }
                add(0, position, to: &current)
            }
            if match != nil, current.list.isEmpty { break }
            threads: for (index, place) in current.list.enumerated() {
                steps += 1
                switch program[place] {
                case .character(let set):
                    guard position < text.count, set.contains(text[position]) else { continue }
                    slots.replaceSubrange(0..., with: current.slots[index * slotCount..<(index + 1) * slotCount])
                    add(place + 1, position + 1, to: &next)
                case .match:
                    match = Array(current.slots[index * slotCount..<(index + 1) * slotCount])
                    // The paths behind it are less preferred.
                    break threads
                default: break
                }
            }
            swap(&current, &next)
            next.list.removeAll(keepingCapacity: true)
            next.slots.removeAll(keepingCapacity: true)
        }
        return match
    }

    /// Adds a place and those that are reached from there without reading a character.
    private mutating func add(_ start: Int, _ position: Int, to threads: inout Threads) {
        stack.append(.add(start))
        while let work = stack.popLast() {
            guard case .add(let place) = work else {
                if case .restore(let slot, let value) = work { slots[slot] = value }
                continue
            }
            if threads.added[place] == position { continue }
            threads.added[place] = position
            steps += 1
            switch program[place] {
            case .jump(let target): stack.append(.add(target))
            case .split(let first, let second):
                stack.append(.add(second))
                stack.append(.add(first))
            case .save(let slot):
                stack.append(.restore(slot: slot, slots[slot]))
                slots[slot] = position
                stack.append(.add(place + 1))
            case .assertion(let assertion):
                if holds(assertion, at: position) { stack.append(.add(place + 1)) }
            case .character, .match:
                threads.list.append(place)
                threads.slots.append(contentsOf: slots)
            }
        }
    }

    private func holds(_ assertion: PatternAssertion, at position: Int) -> Bool {
        switch assertion {
        case .start: position == 0
        case .end: position == text.count
        case .wordBoundary: isWord(position - 1) != isWord(position)
        case .noWordBoundary: isWord(position - 1) == isWord(position)
        }
    }

    private func isWord(_ position: Int) -> Bool {
        text.indices.contains(position) && PatternSet.words.contains(text[position])
    }
}
