package import TaskModel

/// Reads pages of a log: lines as a terminal would show them at last, with cursors that stay valid while the log
/// rotates.
struct OutputPager {
    /// The most bytes of records that a page has, about.
    private static let byteLimit = 1024 * 1024

    private let log: OutputLog
    private let files: [LogPart]
    /// The places of the files' first bytes in the whole log, and behind the last one its end.
    private let bases: [Int]
    /// See ``OutputPlace/file``.
    private let identities: [UInt64]

    init(_ log: OutputLog) throws(OutputError) {
        self.log = log
        files = try log.open().map(LogPart.init)
        identities = try files.map { (part) throws(OutputError) in try Self.identity(of: part.file) }
        bases = files.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.size) }
    }

    /// The inode and the time of the first record: a new file may get the inode of one that was removed.
    private static func identity(of file: OpenFile) throws(OutputError) -> UInt64 {
        let time = try file.read(OutputTime.length, at: 0)
        guard time.count == OutputTime.length else { return 0 }
        // FNV-1a.
        return time.reduce(14_695_981_039_346_656_037 ^ UInt64(file.identity.inode)) { hash, byte in
            (hash ^ UInt64(byte)) &* 1_099_511_628_211
        }
    }

    private var end: Int { bases.last ?? 0 }

    func page(_ query: OutputQuery, attempt: Int) throws(OutputError) -> OutputPage {
        switch query.part {
        case .first: return try pageAfter(PerStream(0), query, attempt)
        case .last: return try pageBefore(PerStream(end), query, attempt)
        case .before(let cursor):
            if let ends = positions(cursor) { return try pageBefore(ends, query, attempt) }
        case .after(let cursor):
            if let starts = positions(cursor) { return try pageAfter(starts, query, attempt) }
        }
        var page = try pageBefore(PerStream(end), query, attempt)
        page.isContinuation = false
        return page
    }

    private func pageAfter(
        _ starts: PerStream<Int>, _ query: OutputQuery, _ attempt: Int
    ) throws(OutputError) -> OutputPage {
        var lines = PageLines(query.stream, starts: starts, ends: PerStream(end))
        let first = ProgramStream.allCases.map { starts[$0] }.min() ?? 0
        lines.lineLimit = query.limit
        lines.placeLimit = first + Self.byteLimit
        return try page(lines, from: first, query, attempt)
    }

    private func pageBefore(
        _ ends: PerStream<Int>, _ query: OutputQuery, _ attempt: Int
    ) throws(OutputError) -> OutputPage {
        let starts = try LineFinder.starts(
            ofLast: query.limit, lines: OutputSelection(stream: query.stream), in: files, before: ends,
            atMost: Self.byteLimit)
        let lines = PageLines(query.stream, starts: starts, ends: ends)
        return try page(lines, from: ProgramStream.allCases.map { starts[$0] }.min() ?? 0, query, attempt)
    }

    private func page(
        _ lines: PageLines, from first: Int, _ query: OutputQuery, _ attempt: Int
    ) throws(OutputError) -> OutputPage {
        var lines = lines
        var source = RecordSource(log, files: files, isFollowing: false)
        source.skip(to: first)
        let last = ProgramStream.allCases.map { lines.ends[$0] }.max() ?? 0
        var isMore = true
        while isMore, !lines.isFull, lines.reached < last {
            isMore = try source.read { lines.append($1, at: $0) }
        }
        let isAtEnd = !lines.isFull && last == end
        if isAtEnd {
            let position = source.position
            let rest = source.removeRest()
            rest.withUnsafeBytes { lines.appendUnfinished($0, at: position) }
        }
        let hasLater = lines.isFull && lines.reached < end || last < end
        func output(_ line: PageLines.Line) -> OutputLine {
            OutputLine(
                line.stream, line.text, isContinued: line.isContinued, start: place(line.start), end: place(line.end))
        }
        return OutputPage(
            attempt: attempt, lines: lines.lines.map(output), openLines: hasLater ? [] : lines.openLines.map(output),
            start: cursor(lines.starts), end: cursor(lines.endsReached),
            hasEarlier: ProgramStream.allCases.contains {
                (query.stream == nil || query.stream == $0) && lines.starts[$0] > 0
            }, hasLater: hasLater)
    }

    // MARK: - Places

    private func place(_ position: Int) -> OutputPlace {
        // The end of a file is the beginning of the next one, which has no identity before its first record.
        let index = files.indices.last { bases[$0] <= position && identities[$0] != 0 }
        guard let index else { return OutputPlace(file: 0, offset: 0) }
        return OutputPlace(file: identities[index], offset: position - bases[index])
    }

    /// The place in the whole log; `nil` if it was in a file that is gone.
    private func position(_ place: OutputPlace) -> Int? {
        // There were no records.
        if place.file == 0 { return 0 }
        guard let index = identities.firstIndex(of: place.file) else { return nil }
        let position = bases[index] + place.offset
        return position <= bases[index + 1] ? position : nil
    }

    private func cursor(_ positions: PerStream<Int>) -> OutputCursor {
        var cursor = OutputCursor(place(0))
        for stream in ProgramStream.allCases { cursor[stream] = place(positions[stream]) }
        return cursor
    }

    private func positions(_ cursor: OutputCursor) -> PerStream<Int>? {
        var positions = PerStream(0)
        for stream in ProgramStream.allCases {
            guard let position = position(cursor[stream]) else { return nil }
            positions[stream] = position
        }
        return positions
    }
}

extension OutputLog {
    /// A page of the lines; without files it is empty.
    ///
    /// Reads at most some megabytes.
    ///
    /// - Parameter attempt: the attempt of this log.
    /// - Throws: ``OutputError``.
    package func page(_ query: OutputQuery, attempt: Int) throws(OutputError) -> OutputPage {
        try OutputPager(self).page(query, attempt: attempt)
    }
}
