/// Why a text is not in a file: one sentence.
package struct SaveError: Error, Hashable {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }
}
