// The keys that sort the table.
extension TaskColumn {
    /// The key that sorts by the column; `nil` if there is none.
    var key: Key? {
        switch self {
        case .id: .character("I")
        case .title: .character("O")
        case .type: .character("T")
        case .cpu: .character("P")
        case .memory: .character("M")
        case .elapsed: .character("E")
        case .started: .character("B")
        case .ended: .character("F")
        case .state, .priority, .attempt, .progress, .step, .eta, .timeout, .pid: nil
        }
    }

    /// The column that a key sorts by; `nil` for any other key.
    init?(sortedBy key: Key) {
        guard let column = Self.allCases.first(where: { $0.key == key }) else { return nil }
        self = column
    }
}
