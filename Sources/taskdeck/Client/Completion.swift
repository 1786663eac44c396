import ArgumentParser
import Dispatch
import NIOConcurrencyHelpers
import NIOPosix
import TaskClient
import TaskModel

extension CompletionKind {
    /// The ids of the service's tasks.
    static var taskIDs: CompletionKind { .custom { words, _, _ in Completion.ids(words) } }
    /// The names of the service's task types.
    static var taskTypes: CompletionKind { .custom { words, _, _ in Completion.types(words) } }
    /// The programs that a shell would find, then files.
    static var programs: CompletionKind { .custom { words, _, word in ProgramCompletion.words(words, word) } }
}

/// What shells offer where the service knows.
///
/// Whatever goes wrong, nothing is offered: an error would disturb what is being typed.
private enum Completion {
    private static let timeout = Duration.seconds(2)

    /// The most ids that are offered: more could not be looked through.
    private static let limit = 200

    static func ids(_ words: [String]) -> [String] {
        let records = answer(words) { client async throws(TaskError) in
            try await client.list(TaskQuery(), .summary).tasks
        }
        guard let records else { return [] }
        let length = TaskLookup.shortLength(of: records.map(\.id))
        // The newest first.
        return records.suffix(limit).reversed().map { record in
            described(
                String(record.id.description.suffix(length)), "\(record.state.rawValue) \(record.type) \(record.title)")
        }
    }

    static func types(_ words: [String]) -> [String] {
        let types = answer(words) { client async throws(TaskError) in try await client.taskTypes() }
        return (types ?? []).map { described($0.name, $0.summary) }
    }

    /// A word with its description, where the shell shows it.
    private static func described(_ word: String, _ description: String) -> String {
        let text = PlainText.visible(description)
        switch CompletionShell.requesting {
        case .some(.zsh): return "\(word):\(text.replacing(":", with: " "))"
        case .some(.fish): return "\(word)\t\(text)"
        default: return word
        }
    }

    /// Asks the service that the command line names; the parser calls synchronous functions only.
    private static func answer<Value: Sendable>(
        _ words: [String], _ question: @escaping @Sendable (TaskClient) async throws(TaskError) -> Value
    ) -> Value? {
        let options = words.indices.dropLast().filter { ["--url", "--state", "--token-file"].contains(words[$0]) }
            .flatMap { [words[$0], words[$0 + 1]] }
        let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        guard let connection = try? ConnectionOptions.parse(options),
            let session = try? ClientSession(connection, timeout: timeout, eventLoops: eventLoops)
        else { return nil }
        let value = NIOLockedValueBox<Value?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        Task {
            let answer = try? await question(session.client)
            value.withLockedValue { $0 = answer }
            await session.client.shutDown()
            isDone.signal()
        }
        isDone.wait()
        return value.withLockedValue(\.self)
    }
}
