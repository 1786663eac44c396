/// A key of the terminal.
package enum Key: Sendable, Hashable {
    case character(Unicode.Scalar)
    /// The Control key with a lowercase letter or a space.
    case control(Unicode.Scalar)
    case up, down, left, right
    case pageUp, pageDown, home, end
    case enter, escape, tab, backTab, backspace, delete
    /// A function key by its number, from 1.
    case function(Int)
}

extension Key {
    /// The key as documentation writes it; `nil` for keys that no message names.
    var label: String? {
        switch self {
        case .character(" "): "Space"
        case .character(let scalar): String(Character(scalar))
        case .function(let number): "F\(number)"
        default: nil
        }
    }
}
