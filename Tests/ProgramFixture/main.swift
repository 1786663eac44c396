// A worker that runs one program by commands on standard input, and a supervisor of such a worker.

import Glibc

signal(SIGPIPE, SIG_IGN)
var arguments = CommandLine.arguments.dropFirst()
switch arguments.popFirst() {
case "run": FixtureWorker.main(arguments)
case "supervise": FixtureSupervisor.main(arguments)
default: exit(64)
}
