// What the worker program's main() calls, which is C; see fork_server.c for the reason.

/// Does what all workers have in common, so that those that are forked afterwards find it done.
@c(taskdeck_warm_up)
package func warmUp() {
    Warmup.perform()
}

/// Runs this process as a worker that has been forked.
@c(taskdeck_work)
package func work() {
    Worker.work(isForked: true)
}

/// Runs this process as a worker that was started by itself.
@c(taskdeck_worker_main)
package func workerMain() {
    Worker.main(arguments: Array(CommandLine.arguments.dropFirst()))
}
