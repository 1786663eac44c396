/// All ways to the tasks: what the supervisor offers, and a fake or a remote client can.
package typealias TaskControl = TaskCommands & TaskEvents & TaskQueries
