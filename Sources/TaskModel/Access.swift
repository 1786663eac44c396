/// How much of the tasks a client may see and do.
package enum Access: Sendable, Hashable {
    /// Everything.
    case full
    /// Neither submit commands nor read what programs have written.
    case limited
}
