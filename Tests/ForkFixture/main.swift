// A fork server whose workers have two threads contend for locks that are taken by thread id: one of the standard
// library, and the Swift runtime's own.

import Glibc

exit(runForkServer(leavesThread: CommandLine.arguments.contains("--leave-thread")))
