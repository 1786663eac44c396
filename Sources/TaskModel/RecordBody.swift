package import JSON

/// One revision of a record as JSON, with gaps for ``ClockMembers``, the data and the result.
///
/// Encoded once and sent many times. The data and the result are not copied into it.
package final class RecordBody: Sendable {
    package let id: TaskID
    package let type: String
    package let state: TaskState
    package let revision: Int
    /// `nil` if only the store has it.
    package let data: JSONText?
    private let result: JSONText?
    /// The object as it is when all gaps are closed; the gaps' members have placeholders.
    private let bytes: [UInt8]
    private let gaps: Gaps
    /// Where the output of programs is in errors, in order.
    private let errorOutputs: [Range<Int>]

    /// Where the bytes of ``bytes`` are that may be replaced or left out.
    private struct Gaps: Sendable {
        /// The placeholder of `active_ms`.
        var activeTime = 0..<0
        /// The member with its comma.
        var attempts = 0..<0
        /// The placeholder of `paused_ms`.
        var pausedTime = 0..<0
        /// `queue_position` and `reason` with their commas.
        var queue = 0..<0
        /// The member with its comma.
        var result = 0..<0
        /// The member with its comma.
        var data = 0..<0
    }

    /// The placeholder of a time.
    private static let zero = "0".utf8.count
    /// The placeholder of the data and the result.
    private static let null = "null".utf8.count
    private static let queuePosition: StaticString = #","queue_position":"#
    private static let reason: StaticString = #","reason":"#
    /// The most digits of an integer, with its sign.
    private static let integerSize = 20

    package init(_ record: TaskRecord) {
        (id, type, state, revision) = (record.id, record.type, record.state, record.revision)
        (data, result, dataSize) = (record.data, record.result, record.dataSize)
        var record = record
        (record.activeMilliseconds, record.pausedMilliseconds) = (0, 0)
        if record.queuePosition != nil { (record.queuePosition, record.reason) = (nil, nil) }
        (record.data, record.result) = (nil, nil)
        var gaps = Gaps()
        var json = JSONWriter()
        json.object { json in
            for segment in TaskRecord.Segment.allCases {
                let start = json.bytes.count
                record.write(segment, to: &json)
                let end = json.bytes.count
                switch segment {
                case .activeTime: gaps.activeTime = end - Self.zero..<end
                case .attempts: gaps.attempts = start..<end
                case .pausedTime: gaps.pausedTime = end - Self.zero..<end
                case .queue: gaps.queue = start..<end
                case .result: gaps.result = start..<end
                case .data: gaps.data = start..<end
                case .attempt, .untilPausedTime, .untilQueue, .untilData, .last: break
                }
            }
        }
        self.gaps = gaps
        // A writer's bytes have room to grow, which would stay with the body.
        bytes = json.bytes.withUnsafeBytes(Array.init)
        let hasError = record.error != nil || !record.attempts.isEmpty
        errorOutputs =
            hasError
            ? bytes.withUnsafeBytes {
                RecordTextScanner.errorOutputs(in: $0, gaps.attempts.lowerBound..<gaps.pausedTime.lowerBound)
            }
            : []
        size = bytes.count + (data?.bytes.count ?? 0) + (result?.bytes.count ?? 0)
    }

    private init(_ body: RecordBody, data: JSONText) {
        (id, type, state, revision) = (body.id, body.type, body.state, body.revision)
        (self.data, result, dataSize) = (data, body.result, data.bytes.count)
        (bytes, gaps, errorOutputs) = (body.bytes, body.gaps, body.errorOutputs)
        size = body.size + data.bytes.count
    }

    /// The same body with the data, which only the store had.
    func withData(_ data: JSONText) -> RecordBody { RecordBody(self, data: data) }

    /// Bytes of JSON, about, without data that only the store has.
    private let size: Int
    /// Bytes of the data, in memory or in the store.
    private let dataSize: Int
    /// Bytes of memory, data and result not included: they belong to the task.
    package var memorySize: Int { bytes.count + 200 }

    /// Bytes of JSON, about, with the data that has to be read from the store.
    package func completeSize(_ fields: RecordFields) -> Int {
        switch fields {
        case .all: data == nil ? size + dataSize : size
        case .summary: bytes.count
        }
    }

    /// The most bytes that ``write(_:_:to:)`` writes.
    func sizeLimit(_ fields: RecordFields, _ clock: ClockMembers) -> Int {
        var size = (fields == .all ? self.size : bytes.count) + 3 * Self.integerSize
        if let place = clock.place { size += 64 + place.reason.count }
        return size
    }

    /// Writes the record as it is at the time of `clock`.
    func write(_ fields: RecordFields, for access: Access, _ clock: ClockMembers, to output: inout ByteCursor) {
        let outputs = access == .full ? [] : errorOutputs
        bytes.withUnsafeBytes { bytes in
            output.append(bytes[..<gaps.activeTime.lowerBound])
            output.append(clock.activeMilliseconds)
            output.append(bytes[gaps.activeTime.upperBound..<gaps.attempts.lowerBound])
            if fields == .all { output.append(bytes, gaps.attempts, without: outputs) }
            output.append(bytes, gaps.attempts.upperBound..<gaps.pausedTime.lowerBound, without: outputs)
            output.append(clock.pausedMilliseconds)
            if let place = clock.place {
                output.append(bytes[gaps.pausedTime.upperBound..<gaps.queue.lowerBound])
                output.append(literal: Self.queuePosition)
                output.append(place.position)
                output.append(literal: Self.reason)
                output.append(place.reason)
            } else {
                output.append(bytes[gaps.pausedTime.upperBound..<gaps.queue.upperBound])
            }
            if fields == .all {
                append(result, at: gaps.result, of: bytes, to: &output)
                output.append(bytes[gaps.result.upperBound..<gaps.data.lowerBound])
                append(data, at: gaps.data, of: bytes, to: &output)
            } else {
                output.append(bytes[gaps.result.upperBound..<gaps.data.lowerBound])
            }
            output.append(bytes[gaps.data.upperBound...])
        }
    }

    private func append(
        _ text: JSONText?, at gap: Range<Int>, of bytes: UnsafeRawBufferPointer, to output: inout ByteCursor
    ) {
        guard let text else { return output.append(bytes[gap]) }
        output.append(bytes[gap.lowerBound..<gap.upperBound - Self.null])
        output.append(text.bytes)
    }
}
