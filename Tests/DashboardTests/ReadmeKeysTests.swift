import FoundationEssentials
import Testing

@testable import Dashboard

@Suite("The dashboard's keys in the README")
struct ReadmeKeysTests {
    @Test("every key is in the README, with the words of the help", arguments: DashboardAction.allCases)
    func keys(action: DashboardAction) throws {
        #expect(try Self.readme().contains("| `\(action.binding.label)` | \(action.binding.explanation) |"))
    }

    @Test("the function keys are in the README and the help")
    func functionKeys() throws {
        #expect(DashboardAction.functionKeys.map(\.keys) == ["F1 F3 F4 F5 F6", "F7 F8 F9 F10"])
        for line in DashboardAction.functionKeys {
            #expect(try Self.readme().contains("| `\(line.keys)` | \(line.explanation) |"))
            #expect(HelpText.lines.contains(.key(line.keys, explanation: line.explanation)))
        }
    }

    private static func readme() throws -> String {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: repository.appending(path: "README.md"), encoding: .utf8)
    }
}
