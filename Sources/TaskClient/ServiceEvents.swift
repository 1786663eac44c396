package import TaskModel

/// The events of a stream, in batches as they arrive.
package struct ServiceEvents: AsyncSequence, Sendable {
    package typealias Failure = TaskError

    private let body: ServiceBody

    init(_ body: ServiceBody) { self.body = body }

    package func makeAsyncIterator() -> Iterator { Iterator(parts: body.makeAsyncIterator()) }

    package struct Iterator: AsyncIteratorProtocol {
        private var parts: ServiceBody.Iterator
        private var parser = EventStreamParser()

        fileprivate init(parts: ServiceBody.Iterator) { self.parts = parts }

        /// The events that have ended, never none; `nil` at the end of the stream.
        package mutating func next(isolation actor: isolated (any Actor)?) async throws(TaskError) -> [ServiceEvent]? {
            while let part = try await parts.next(isolation: actor) {
                let events = parser.parse(part)
                if !events.isEmpty { return events }
            }
            return nil
        }

        package mutating func next() async throws(TaskError) -> [ServiceEvent]? {
            try await next(isolation: nil)
        }
    }
}

/// One event of a stream, as it was sent.
package struct ServiceEvent: Sendable, Hashable {
    /// `task`, `removed`, `queue`; `message` for one without a name.
    package let name: String
    /// What resumes behind it; `nil` for none.
    package let id: String?
    /// JSON, in UTF-8.
    package let data: [UInt8]

    package init(name: String, id: String?, data: [UInt8]) {
        self.name = name
        self.id = id
        self.data = data
    }
}
