/// A call to a worker's HTTP server, until its result is known.
package struct CallID: Hashable, Sendable {
    let number: UInt64
}
