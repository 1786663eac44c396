// A fork server whose workers have two threads contend for locks whose owner is a thread id: one of the standard
// library, and the Swift runtime's own.

import Glibc

exit(runForkServer(leavesThread: CommandLine.arguments.contains("--leave-thread")))
