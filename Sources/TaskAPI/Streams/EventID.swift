import JSON
import TaskControl

/// The `id` of an event: the name of the journal and a number in it.
struct EventID: CustomStringConvertible {
    /// Why a stream cannot continue after an event.
    enum Gap: String, JSONWritable {
        /// The event is one of a service that has ended.
        case restarted
        /// Some of the changes since are not kept any more.
        case overrun
        /// There has been no such event.
        case unknown
    }

    let journal: String
    let number: Int

    var description: String { "\(journal)-\(number)" }

    /// - Returns: `nil` for a text that is no id.
    init?(_ text: String) {
        let parts = text.parts(separatedBy: "-")
        guard parts.count == 2, !parts[0].isEmpty, let number = Int(digits: parts[1]) else { return nil }
        (journal, self.number) = (String(parts[0]), number)
    }

    init(_ number: Int, in journal: ChangeJournal) {
        (self.journal, self.number) = (journal.name, number)
    }

    /// Why a stream cannot continue after the event with this text; `nil` if it can, or may find out later.
    static func gap(after text: String, in journal: ChangeJournal) -> Gap? {
        guard let id = EventID(text) else { return .unknown }
        guard id.journal.hasSameBytes(as: journal.name) else { return .restarted }
        return id.number > journal.number ? .unknown : nil
    }
}
