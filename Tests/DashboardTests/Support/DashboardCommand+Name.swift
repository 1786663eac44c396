import TaskModel

@testable import Dashboard

extension DashboardCommand {
    /// The ticket of an action; `nil` for other commands.
    var ticket: ActionTicket? {
        if case .perform(let ticket) = self { ticket } else { nil }
    }

    var draft: TaskDraft? {
        if case .submit(let draft) = self { draft } else { nil }
    }

    /// A short description.
    var name: String {
        switch self {
        case .perform(let ticket): "\(ticket.action.rawValue) \(ticket.id.description.suffix(2))"
        case .submit: "submit"
        case .runAgain(let id): "again \(id.description.suffix(2))"
        case .setPriority(let priority, let id): "priority \(priority) \(id.description.suffix(2))"
        case .move(let id, let end): "\(end.rawValue) \(id.description.suffix(2))"
        case .save(_, let path): "save \(path)"
        case .copyOutput(let id, let stream):
            "copy output \(id.description.suffix(2))\(stream.map { " \($0)" } ?? "")"
        case .setQueuePaused(let isPaused): isPaused ? "hold" : "release"
        case .readDetail(let id): "detail \(id.description.suffix(2))"
        case .completePath(let path): "complete \(path)"
        case .readUsage: "usage"
        case .readTypes: "types"
        case .followOutput(let id): "follow \(id.map { String($0.description.suffix(2)) } ?? "none")"
        case .readOutput(let id, _): "output \(id.description.suffix(2))"
        case .readLastLine(let id): "line \(id.description.suffix(2))"
        case .copyResult(let id): "copy result \(id.description.suffix(2))"
        case .quit: "quit"
        case .endService: "end service"
        case .hangUp: "hang up"
        case .terminal(.redraw): "redraw"
        case .terminal(.suspend): "suspend"
        case .terminal(.copy(let text)): "copy \(text)"
        case .terminal(.setMouse(let isOn)): "mouse \(isOn)"
        }
    }
}
