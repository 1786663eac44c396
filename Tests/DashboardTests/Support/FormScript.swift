import TaskModel

@testable import Dashboard

extension DashboardScript {
    /// A dashboard with an open form for a new task.
    static func form(_ width: Int = 120, _ height: Int = 36) -> DashboardScript {
        var script = DashboardScript(Size(width: width, height: height))
        script.type("n")
        return script
    }

    /// The draft submitted last.
    var draft: TaskDraft? { commands.compactMap(\.draft).last }
}
