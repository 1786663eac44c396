package import TaskControl
package import TaskModel

/// The changes of a service's tasks, continued by the id of the last event after a connection was lost.
package struct RemoteUpdates: AsyncSequence, Sendable {
    /// Whether events arrive.
    package enum Connection: Sendable {
        /// With the state of the service, now and whenever it has changed.
        case open(ServiceHealth)
        /// Connecting is tried again after a time.
        case lost(TaskError)
    }

    private let client: TaskClient
    private let onChange: @Sendable (Connection) -> Void

    /// - Parameter onChange: called when the connection is lost, after every attempt to connect that fails, when there is
    ///   a connection, and when the state of the service has changed.
    package init(_ client: TaskClient, onChange: @escaping @Sendable (Connection) -> Void) {
        self.client = client
        self.onChange = onChange
    }

    package func makeAsyncIterator() -> Iterator { Iterator(client: client, onChange: onChange) }

    package struct Iterator: AsyncIteratorProtocol {
        private static let shortestDelay = Duration.milliseconds(250)
        private static let longestDelay = Duration.seconds(8)

        private let client: TaskClient
        private let onChange: @Sendable (Connection) -> Void
        private var events: ServiceEvents.Iterator?
        /// The id of the last event that can be continued from.
        private var last: String?
        private var delay = Self.shortestDelay
        private var known: Set<TaskID> = []
        /// The tasks of a snapshot that is not complete; `nil` outside of one.
        private var snapshot: Set<TaskID>?
        /// Whether all tasks have been received since the first connection, or since events were missed.
        private var isComplete = false
        private var queue = QueueStatus()
        private var health: ServiceHealth?

        fileprivate init(client: TaskClient, onChange: @escaping @Sendable (Connection) -> Void) {
            self.client = client
            self.onChange = onChange
        }

        /// The next changes; `nil` once the reader is canceled.
        package mutating func next(isolation actor: isolated (any Actor)?) async -> TaskChanges? {
            while !Task.isCancelled {
                do throws(TaskError) {
                    if events == nil {
                        // Summaries: data and results may be megabytes.
                        events = try await client.events(EventFilter(), after: last).makeAsyncIterator()
                        snapshot = nil
                    }
                    guard let batch = try await events?.next(isolation: actor) else {
                        throw .remote(.connectionLost(reason: "the service has ended"))
                    }
                    let changes = try changes(in: batch)
                    delay = Self.shortestDelay
                    return changes
                } catch {
                    events = nil
                    onChange(.lost(error))
                    try? await Task.sleep(for: delay)
                    delay = Swift.min(delay * 2, Self.longestDelay)
                }
            }
            return nil
        }

        package mutating func next() async -> TaskChanges? { await next(isolation: nil) }

        private mutating func changes(in batch: [ServiceEvent]) throws(TaskError) -> TaskChanges {
            var changed: [TaskID: TaskRecord] = [:]
            var removed: Set<TaskID> = []
            var news: ServiceHealth?
            for event in batch {
                switch try TaskEvent(event) {
                case .snapshot(let records, let isComplete, let queue, let health):
                    for record in records { changed[record.id] = record }
                    (self.queue, news) = (queue, health)
                    let tasks = (snapshot ?? []).union(records.map(\.id))
                    if isComplete { removed.formUnion(known.subtracting(tasks)) }
                    snapshot = isComplete ? nil : tasks
                    self.isComplete = isComplete
                case .task(let record):
                    changed[record.id] = record
                    removed.remove(record.id)
                case .removed(let id):
                    changed[id] = nil
                    removed.insert(id)
                case .queue(let queue): self.queue = queue
                case .health(let health): news = health
                case .gap: isComplete = false
                case .unknown: break
                }
                if let id = event.id { last = id }
            }
            if let news {
                health = news
                onChange(.open(news))
            }
            known.formUnion(changed.keys)
            known.subtract(removed)
            return TaskChanges(
                changed: changed.values.sorted { $0.id > $1.id }, removed: removed.sorted(),
                isComplete: isComplete, queue: queue, launchFailure: health?.launchFailure,
                storageFailure: health?.storageFailure.map(StorageFailure.unavailable))
        }
    }
}
