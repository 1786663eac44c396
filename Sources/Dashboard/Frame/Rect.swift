/// A rectangle of the screen.
struct Rect: Sendable, Hashable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int

    var rows: Range<Int> { y..<y + max(0, height) }
    var columns: Range<Int> { x..<x + max(0, width) }

    func contains(_ position: Position) -> Bool {
        rows.contains(position.y) && columns.contains(position.x)
    }
}
