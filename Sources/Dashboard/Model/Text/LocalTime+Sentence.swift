package import TaskModel

extension LocalTime {
    /// A sentence of the API with local times: `not before Fri 27 Nov 06:00` instead of `not before 2026-11-27T06:00:00Z`.
    package func localized(_ sentence: String, at now: Timestamp) -> String {
        sentence.split(separator: " ", omittingEmptySubsequences: false).map { word in
            var time = word
            while let last = time.last, ":;,".contains(last) { time = time.dropLast() }
            // RFC 3339, in UTC.
            guard time.utf8.count >= 20, time.hasSuffix("Z"), let parsed = Timestamp(String(time)) else {
                return String(word)
            }
            return sentenceText(parsed, at: now) + word[time.endIndex...]
        }.joined(separator: " ")
    }

    /// `06:00:00` on the same day, else `Fri 27 Nov 06:00`, with the year in another year.
    private func sentenceText(_ time: Timestamp, at now: Timestamp) -> String {
        if startOfDay(time) == startOfDay(now) { return clock(time) }
        return isSameYear(time, now) ? date(time) : "\(full(time).prefix(10)) \(clock(time).prefix(5))"
    }
}
