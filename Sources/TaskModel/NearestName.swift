import JSON

/// The name that a misspelled one probably means.
package enum NearestName {
    /// Returns the candidate with the fewest edits from `name`; `nil` if all differ too much.
    ///
    /// An edit inserts, removes or replaces a character, or swaps two adjacent ones. A third of the characters may differ.
    package static func find(_ name: String, among candidates: some Sequence<String>) -> String? {
        let characters = Array(name.asciiLowercased.unicodeScalars.prefix(64))
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(characters, Array(candidate.asciiLowercased.unicodeScalars.prefix(64)))
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        guard let best, best.distance <= max(1, characters.count / 3) else { return nil }
        return best.name
    }

    /// `; did you mean 'x'?`, or another text if no candidate is near.
    package static func question(
        _ name: String, among candidates: some Sequence<String>, otherwise other: @autoclosure () -> String = ""
    ) -> String {
        find(name, among: candidates).map { "; did you mean '\($0)'?" } ?? other()
    }

    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var (before, previous) = ([Int](), Array(0...right.count))
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                var distance = min(
                    current[column] + 1, previous[column + 1] + 1,
                    previous[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    distance = min(distance, before[column - 1] + 1)
                }
                current.append(distance)
            }
            (before, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
