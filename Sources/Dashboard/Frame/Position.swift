/// A cell of the screen, counted from 0 at the upper left.
package struct Position: Sendable, Hashable {
    package var x: Int
    package var y: Int

    package init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}
