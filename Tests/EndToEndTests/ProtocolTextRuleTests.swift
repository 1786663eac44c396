import FoundationEssentials
import Testing

/// A rule that a review would miss: text from a connection is compared by its bytes.
@Suite("Protocol text")
struct ProtocolTextRuleTests {
    /// Where requests, answers and what workers report are read.
    private static let places = [
        "HTTPSupport", "JSON", "TaskAPI", "TaskClient", "TaskModel", "WorkerProtocol",
        "TaskWorker/ControlHandler.swift",
        "TaskSupervisor/WorkerClient.swift",
    ]
    /// What works by grapheme clusters, by canonical equivalence, or by the case tables of Unicode.
    private static let forbidden = [
        ".lowercased()", ".uppercased()", ".hasPrefix(", ".hasSuffix(", ".isWhitespace", ".isNewline", ".isLetter",
        ".isNumber", ".isWholeNumber", "split(separator: \"", "firstIndex(of: \"", "lastIndex(of: \"", "contains(\"",
        "{ $0 == \"", "{ $0 != \"", ".flatMap(Int.init)",
    ]

    private static var sources: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources")
    }

    @Test("Protocol text is never compared or split by grapheme clusters", arguments: places)
    func rule(place: String) throws {
        let url = Self.sources.appending(path: place)
        var files = [url]
        if !place.hasSuffix(".swift") {
            files = try FileManager.default.subpathsOfDirectory(atPath: url.path()).filter { $0.hasSuffix(".swift") }
                .map { url.appending(path: $0) }
        }
        #expect(!files.isEmpty)
        for file in files {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                let code = line.components(separatedBy: "//")[0]
                for call in Self.forbidden {
                    #expect(!code.contains(call), "\(file.lastPathComponent): \(line)")
                }
            }
        }
    }
}
