import ArgumentParser
import NIOCore
import NIOPosix
import TaskSupervisor
import Terminal

/// Runs the service: tasks, API and, in a terminal, dashboard.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the service, with the dashboard on a terminal; what 'taskdeck' does without a verb.",
        usage: """
            taskdeck [serve] [OPTIONS]
            taskdeck VERB [OPTIONS]
            """,
        discussion: """
            EXAMPLES:
              taskdeck
              taskdeck serve --no-ui --port 9000
              taskdeck serve --state /srv/tasks --max-running 16
            """)

    @OptionGroup var options: ServerOptions

    /// Descriptors of the service itself, of two idle workers, and of a task with its worker.
    private static let neededDescriptors = 48

    /// Reads the configuration, sets up the process, and leaves its first thread to signals and to the deadline of the
    /// shutdown.
    ///
    /// Does not return unless it only checks the configuration: ``Taskdeck/exit(after:)`` ends the process.
    func run() throws {
        let arguments = try ProgramArguments.read()
        let flags = arguments.first == Self.configuration.commandName ? Array(arguments.dropFirst()) : arguments
        let configured = try ConfiguredOptions(options, arguments: flags)
        if options.checkConfig {
            let count = configured.types.count
            print(count == 1 ? "1 type" : "\(count) types")
            return
        }
        try AttachOffer(configured.options)?.run()
        try serve(configured)
    }

    private func serve(_ configured: ConfiguredOptions) throws {
        TerminalThread.addSignalStackToCurrentThread()
        // Every worker uses four descriptors, every client one.
        DescriptorLimit.raise()
        SignalDisposition.ignoreMeaningless()
        // Orphans of workers, and in a container all others, become children of this process.
        Children.shared.beginReaping()
        try Self.checkDescriptorLimit()
        let shutdown = try ShutdownControl()
        // The only event loop of this process; all that needs one gets it from here.
        let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        // The only thread for what would delay the event loop and needs no thread of its own; it ends with this process.
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let server = Server(
            configured: configured, shutdown: shutdown, eventLoops: eventLoops, threads: threads)
        Task(executorPreference: EventLoopExecutor(on: eventLoops.next())) {
            do throws(StartError) {
                try await server.run()
                Taskdeck.exit()
            } catch {
                Taskdeck.exit(after: error)
            }
        }
        shutdown.watchSignals()
    }

    private static func checkDescriptorLimit() throws(StartError) {
        guard let limit = DescriptorLimit.value, limit < neededDescriptors else { return }
        throw StartError.environment(
            "at least \(neededDescriptors) open files are needed, but this process may have only \(limit); "
                + "see 'ulimit -n'")
    }
}
