/// A signal that ends a process group.
package enum GroupSignal: Sendable, Hashable {
    /// SIGTERM, with SIGCONT: a stopped process does not handle SIGTERM.
    case terminate
    case kill
}
