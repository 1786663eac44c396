import HTTPSupport
import JSON
import TaskControl
import TaskModel

extension QueryValues {
    /// The stream of a program's output; `nil` for both.
    ///
    /// - Throws: ``ProblemDetails`` with 400 for any other.
    func stream() throws(ProblemDetails) -> ProgramStream? {
        guard let text = self[.stream] else { return nil }
        guard let stream = ProgramStream.allCases.first(where: { text.hasSameBytes(as: "\($0.name)") }) else {
            throw .invalidParameter("stream", "must be stdout or stderr, not '\(text.prefix(32))'")
        }
        return stream
    }

    /// The number of an attempt; `nil` for the latest.
    ///
    /// - Throws: ``ProblemDetails`` with 400 for what is no number.
    func attempt() throws(ProblemDetails) -> Int? { try wholeNumber(.attempt, atLeast: 1) }
}

extension LogQuery {
    /// Reads the parameters of a log.
    ///
    /// - Parameter now: from which `since` counts back.
    /// - Throws: ``ProblemDetails`` with 400 that names the parameter.
    init(_ query: QueryValues, now: Timestamp) throws(ProblemDetails) {
        self.init()
        if let format: Format = try query.choice(.format) { self.format = format }
        stream = try query.stream()
        tail = try query.wholeNumber(.tail)
        attempt = try query.attempt()
        if let text = query[.since] { since = try Self.time(text, now: now) }
        follows = try query.flag(.follow)
        holds = try query.flag(.hold)
        if holds, !follows { throw .invalidParameter("hold", "needs follow=true") }
    }

    /// Checks a query for a log whose lines have no times.
    ///
    /// - Throws: ``ProblemDetails`` with 400 that names the parameter that needs times.
    func checkNeedsNoTimes() throws(ProblemDetails) {
        let reason = "is not possible for this task, whose log has no times"
        if since != nil { throw .invalidParameter("since", reason) }
        if format == .cri { throw .invalidParameter("format", "'cri' \(reason); use text or raw") }
    }

    /// The longest time back; more would be before any log.
    private static let longestTime = 1_000_000 * 3600

    private static func time(_ text: String, now: Timestamp) throws(ProblemDetails) -> Timestamp {
        if let time = Timestamp(text) { return time }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(digits: text.dropLast()) else {
            throw .invalidParameter(
                "since", "must be a time as 2026-11-25T22:36:30Z, or a time back as 30s, 5m or 2h")
        }
        let (seconds, isTooLong) = count.multipliedReportingOverflow(by: unit)
        let back = isTooLong ? longestTime : min(seconds, longestTime)
        return Timestamp(milliseconds: now.milliseconds - Int64(back) * 1000)
    }
}
