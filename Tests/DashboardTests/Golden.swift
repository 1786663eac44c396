import FoundationEssentials
import Testing

/// Compares screens with reviewed ones.
///
/// With `TASKDECK_UPDATE_SCREENS=1` in the environment the files are rewritten for review.
enum Golden {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Screens")

    static func expect(_ screen: String, is name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = folder.appending(path: "\(name).txt")
        if ProcessInfo.processInfo.environment["TASKDECK_UPDATE_SCREENS"] == "1" {
            try (screen + "\n").write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let kept = try String(contentsOf: file, encoding: .utf8)
        #expect(screen + "\n" == kept, "\(name) looks different:\n\(screen)", sourceLocation: sourceLocation)
    }
}
