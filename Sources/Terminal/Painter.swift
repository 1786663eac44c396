import CNcurses
import Dashboard

/// Draws frames on the ncurses screen, which sends the differences.
struct Painter {
    /// The ncurses attributes and color pair of a cell.
    private struct Rendition {
        var attributes: attr_t = 0
        var pair: Int32 = 0
    }

    private static let renditionLimit = 4096

    private let depth: ColorDepth
    private var shown: Frame?
    private var renditions: [Style: Rendition] = [:]

    init(depth: ColorDepth) {
        self.depth = depth
    }

    /// Makes the next frame be drawn completely.
    mutating func invalidate() {
        shown = nil
    }

    /// - Parameter write: Sends bytes to the terminal, past ncurses.
    mutating func paint(_ frame: Frame, write: (String) -> Void) {
        guard frame != shown else { return }
        let screen = nc_stdscr()
        let (width, height) = (min(frame.size.width, Int(nc_columns())), min(frame.size.height, Int(nc_lines())))
        let isSameSize = shown?.size == frame.size
        for y in 0..<height where !isSameSize || shown?.rows[y] != frame.rows[y] {
            var cells = cells(of: frame.rows[y][..<width])
            // This call neither wraps nor moves the cursor, so the last cell of the screen needs no special case.
            mvwadd_wchnstr(screen, Int32(y), 0, &cells, Int32(cells.count))
        }
        if let cursor = frame.cursor, cursor.x < width, cursor.y < height {
            curs_set(1)
            wmove(screen, Int32(cursor.y), Int32(cursor.x))
        } else {
            curs_set(0)
            wmove(screen, Int32(max(0, height - 1)), 0)
        }
        // Synchronized output; terminals that do not support it ignore the sequence.
        write("\u{1B}[?2026h")
        wnoutrefresh(screen)
        doupdate()
        write("\u{1B}[?2026l")
        shown = frame
    }

    /// One element a character; a wide character covers two cells.
    private mutating func cells(of row: ArraySlice<Cell>) -> [cchar_t] {
        var cells: [cchar_t] = []
        cells.reserveCapacity(row.count)
        for (index, cell) in row.enumerated() {
            guard let scalar = cell.scalar else { continue }
            let next = row.startIndex + index + 1
            let isWide = next < row.endIndex && row[next].scalar == nil
            let rendition = rendition(of: cell.style)
            // If the C library measures another width, all following cells would be shifted.
            if scalar.value < 0x7F || wcwidth(wchar_t(scalar.value)) == (isWide ? 2 : 1) {
                cells.append(Self.cell(scalar, cell.marks, rendition))
            } else {
                cells.append(Self.cell("?", [], rendition))
                if isWide { cells.append(Self.cell(" ", [], rendition)) }
            }
        }
        return cells
    }

    private static func cell(
        _ scalar: Unicode.Scalar, _ marks: [Unicode.Scalar], _ rendition: Rendition
    ) -> cchar_t {
        var cell = cchar_t()
        var text = [wchar_t(scalar.value)]
        // A mark with a width in the C library would be a character of its own.
        for mark in marks where wcwidth(wchar_t(mark.value)) == 0 { text.append(wchar_t(mark.value)) }
        text.append(0)
        _ = nc_set_cell(&cell, text, rendition.attributes, rendition.pair)
        return cell
    }

    private mutating func rendition(of style: Style) -> Rendition {
        if let known = renditions[style] { return known }
        let appearance = Palette.appearance(of: style, depth: depth)
        var rendition = Rendition()
        if appearance.isBold { rendition.attributes |= nc_bold() }
        if appearance.isDim { rendition.attributes |= nc_dim() }
        if appearance.isReversed { rendition.attributes |= nc_reverse() }
        if appearance.isUnderlined { rendition.attributes |= nc_underline() }
        if appearance.isItalic { rendition.attributes |= nc_italic() }
        if appearance.color != nil || appearance.background != nil {
            // Fails if the terminal has fewer colors than it claims; the default colors are used then.
            rendition.pair = max(0, alloc_pair(Int32(appearance.color ?? -1), Int32(appearance.background ?? -1)))
        }
        // Programs may use any number of styles.
        if renditions.count >= Self.renditionLimit { renditions = [:] }
        renditions[style] = rendition
        return rendition
    }
}
