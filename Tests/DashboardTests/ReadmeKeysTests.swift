import FoundationEssentials
import Testing

@testable import Dashboard

@Suite("The README on the dashboard")
struct ReadmeKeysTests {
    @Test("every key is in the README, with the words of the help", arguments: DashboardAction.allCases)
    func keys(action: DashboardAction) throws {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: repository.appending(path: "README.md"), encoding: .utf8)
        #expect(text.contains("| `\(action.entry.label)` | \(action.entry.explanation) |"))
    }
}
