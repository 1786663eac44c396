/// A key, as the terminal tells of it.
package enum Key: Sendable, Hashable {
    case character(Unicode.Scalar)
    /// A letter in lower case, or a space, with the control key.
    case control(Unicode.Scalar)
    case up, down, left, right
    case pageUp, pageDown, home, end
    case enter, escape, tab, backTab, backspace, delete
    /// F1 is 1.
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
