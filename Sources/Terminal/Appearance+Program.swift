import Dashboard
import TaskModel

extension Appearance {
    /// Applies the style that a program has chosen, in the colors that the terminal has.
    mutating func apply(_ style: TerminalStyle, depth: ColorDepth) {
        if style.isBold { isBold = true }
        if style.isFaint { isDim = true }
        if style.isItalic { isItalic = true }
        if style.isUnderlined { isUnderlined = true }
        // Both together are what neither is.
        if style.isReversed { isReversed.toggle() }
        color = style.foreground.flatMap { $0.number(depth: depth) }
        background = style.background.flatMap { $0.number(depth: depth) }
        // Brightness is all that is left of a bright color.
        if depth == .eight, style.foreground?.isBright == true { isBold = true }
    }
}

extension TerminalColor {
    /// Whether it is a bright one of the 16 colors.
    fileprivate var isBright: Bool {
        if case .palette(let number) = self { (8..<16).contains(number) } else { false }
    }

    /// The number of the nearest color that a terminal has; `nil` without colors.
    package func number(depth: ColorDepth) -> Int? {
        switch depth {
        case .none: nil
        case .many: number256
        case .sixteen: number16
        case .eight: number16 % 8
        }
    }

    private var number256: Int {
        switch self {
        case .palette(let number): return Int(number)
        case .rgb(let red, let green, let blue):
            let cube = [red, green, blue].map(Self.cubeIndex)
            let gray = Self.grayIndex((Int(red) + Int(green) + Int(blue)) / 3)
            let candidates = [16 + cube[0] * 36 + cube[1] * 6 + cube[2], 232 + gray]
            return candidates.min { Self.distance(self, to: $0) < Self.distance(self, to: $1) } ?? candidates[0]
        }
    }

    private var number16: Int {
        if case .palette(let number) = self, number < 16 { return Int(number) }
        return (0..<16).min { Self.distance(self, to: $0) < Self.distance(self, to: $1) } ?? 7
    }

    /// The levels of red, green and blue in the cube of 216 colors.
    private static let levels = [0, 95, 135, 175, 215, 255]
    /// The 16 colors as xterm has them; themes differ, but not in what is red.
    private static let basic = [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
        (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
        (255, 255, 255),
    ]

    private static func cubeIndex(_ value: UInt8) -> Int {
        levels.indices.min { abs(levels[$0] - Int(value)) < abs(levels[$1] - Int(value)) } ?? 0
    }

    private static func grayIndex(_ value: Int) -> Int { max(0, min(23, (value - 8 + 5) / 10)) }

    private static func components(of number: Int) -> (Int, Int, Int) {
        switch number {
        case ..<16: basic[number]
        case 232...: (8 + (number - 232) * 10, 8 + (number - 232) * 10, 8 + (number - 232) * 10)
        default: (levels[(number - 16) / 36], levels[(number - 16) / 6 % 6], levels[(number - 16) % 6])
        }
    }

    /// The square of the distance between two colors.
    private static func distance(_ color: TerminalColor, to number: Int) -> Int {
        let (red, green, blue): (Int, Int, Int) =
            switch color {
            case .palette(let number): components(of: Int(number))
            case .rgb(let red, let green, let blue): (Int(red), Int(green), Int(blue))
            }
        let other = components(of: number)
        let differences = [red - other.0, green - other.1, blue - other.2]
        return differences.reduce(0) { $0 + $1 * $1 }
    }
}
