import NIOPosix

/// Several clients at once, each on a thread of its own because its calls block.
enum ConcurrentClients {
    /// Runs `body` once for each client and returns the values of all of them.
    static func run(
        _ clients: Int, _ body: @escaping @Sendable (_ client: Int) throws -> [Double]
    ) async throws -> [Double] {
        let threads = NIOThreadPool(numberOfThreads: clients)
        threads.start()
        let results = await Swift.Result { () async throws in
            try await withThrowingTaskGroup(of: [Double].self) { group in
                for client in 0..<clients { group.addTask { try await threads.runIfActive { try body(client) } } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }
        try await threads.shutdownGracefully()
        return try results.get()
    }

    /// Runs `body` `count` times in total, distributed over `clients` connections.
    static func share(
        _ count: Int, among clients: Int, of service: RunningService,
        _ body: @escaping @Sendable (HTTPConnection) throws -> Double
    ) async throws -> [Double] {
        try await run(clients) { client in
            let connection = try service.connect()
            return try stride(from: client, to: count, by: clients).map { _ in try body(connection) }
        }
    }
}

extension Swift.Result where Failure == any Error {
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
