/// How long ago tasks may have ended to be shown.
enum AgeLimit: Sendable, Hashable, CaseIterable {
    case none, hour, day, week

    /// `nil` for no limit.
    var milliseconds: Int64? {
        switch self {
        case .none: nil
        case .hour: 3_600_000
        case .day: 86_400_000
        case .week: 604_800_000
        }
    }

    var text: String {
        switch self {
        case .none: "finished tasks of all times"
        case .hour: "finished tasks of the last hour"
        case .day: "finished tasks of the last day"
        case .week: "finished tasks of the last week"
        }
    }

    var next: AgeLimit {
        let all = Self.allCases
        return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
    }
}
