/// The argument that makes the worker program a fork server.
package let forkServerArgument = "--fork-server"
