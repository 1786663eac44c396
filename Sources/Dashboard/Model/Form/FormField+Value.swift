import JSON
import TaskModel

extension FormField {
    /// The value to send; `nil` for the default.
    ///
    /// The service validates it as for any other client.
    ///
    /// - Throws: ``FormFieldError`` if the text cannot be converted to a value.
    func value(at now: Timestamp, in localTime: LocalTime) throws(FormFieldError) -> JSONValue? {
        let text: String
        switch content {
        case .large(let value, _): return value
        case .choice(let option): return option.map(JSONValue.string)
        case .toggle(let isOn): return isOn.map(JSONValue.bool)
        case .lines(let lines): return try Self.value(of: lines, kind)
        case .reading: throw FormFieldError(message: "is still being read")
        case .text(let field):
            if field.isBlank { return nil }
            text = field.text
        }
        switch (member, kind) {
        case (.timeout, _): return try Self.seconds(text)
        case (.notBefore, _):
            if text.lowercased() == fallback { return nil }
            do throws(TimeTextError) {
                return .string(try localTime.time(from: text, at: now).description)
            } catch {
                throw FormFieldError(message: error.message)
            }
        case (_, .text), (_, .lines), (_, .choice), (_, .path): return .string(text)
        case (_, .command) where !text.hasBytePrefix("["): return .string(text)
        case (_, .number), (_, .integer), (_, .boolean):
            // Anything else is sent as text, so that the service reports valid values.
            return (try? JSONParser.parse(Array(text.utf8))) ?? .string(text)
        case (_, .array), (_, .list), (_, .object), (_, .command):
            return try Self.json(text)
        }
    }

    private static func seconds(_ text: String) throws(FormFieldError) -> JSONValue? {
        if text.lowercased().hasSameBytes(as: "none") { return nil }
        switch try? JSONParser.parse(Array(text.utf8)) {
        case .integer(let seconds): return .integer(seconds)
        case .number(let seconds): return .number(seconds)
        default: break
        }
        guard let milliseconds = DurationText.milliseconds(text.trimmed) else {
            throw FormFieldError(message: "is not a duration; use seconds such as 90, or 10m, or 1h30m")
        }
        return milliseconds % 1000 == 0 ? .integer(milliseconds / 1000) : .number(Double(milliseconds) / 1000)
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
