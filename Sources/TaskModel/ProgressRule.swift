package import JSON

/// How a program's output is searched for its progress.
///
/// Lines on the descriptor `TASKDECK_PROGRESS_FD` count under every rule.
package enum ProgressRule: Sendable, Hashable {
    /// The output is not searched.
    case none
    /// The last `NN %` or `[n/m]` on the current line.
    case automatic
    /// A regular expression with one group (percent) or two (done, total).
    case pattern(String)

    /// The rule as requests and the configuration write it: `none`, `auto`, or the regular expression.
    package init(text: String) {
        self =
            switch text {
            case "none": .none
            case "auto": .automatic
            default: .pattern(text)
            }
    }

    package var text: String {
        switch self {
        case .none: "none"
        case .automatic: "auto"
        case .pattern(let pattern): pattern
        }
    }
}

extension ProgressRule: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        self.init(text: try String(json: json))
    }

    package func write(to json: inout JSONWriter) { json.string(text) }
}
