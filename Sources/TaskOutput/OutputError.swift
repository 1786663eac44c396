import Glibc

/// Why a log cannot be read.
package struct OutputError: Error, Hashable, CustomStringConvertible {
    /// The error number of the system.
    package let code: CInt
    package let path: String

    package var description: String { "cannot read \(path): \(String(cString: strerror(code)))" }
}
