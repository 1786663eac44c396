import HTTPTypes
import NIOConcurrencyHelpers
import TaskControl
import TaskModel

/// The headers of every answer: `Date` (RFC 9110, 6.6.1) and `Server`.
final class ServerHeaders: Sendable {
    private static let server = HTTPField(name: .server, value: "taskdeck/\(taskdeckVersion)")

    /// The last second and its field: to format one takes longer than to read the clock.
    private let date = NIOLockedValueBox((second: Int64.min, field: HTTPField(name: .date, value: "")))

    /// - Parameter fields: those of an answer that has neither.
    func add(to fields: inout HTTPFields) {
        fields.append(date(at: ServiceClock().now.wall))
        fields.append(Self.server)
    }

    private func date(at now: Timestamp) -> HTTPField {
        let second = now.milliseconds / 1000
        return date.withLockedValue { date in
            if date.second != second { date = (second, HTTPField(name: .date, value: now.httpDate)) }
            return date.field
        }
    }
}
