/// A client's request, until it is answered.
package struct RequestID: Hashable, Sendable {
    let number: UInt64

    package init(number: UInt64) {
        self.number = number
    }
}
