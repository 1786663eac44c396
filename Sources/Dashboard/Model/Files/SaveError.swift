/// The reason why a file was not written, as a sentence.
package struct SaveError: Error, Hashable {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }
}
