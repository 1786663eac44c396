import CLinux
import Glibc
package import NIOCore

/// The pipes through which a program writes.
package struct ProgramPipes: Sendable {
    /// The ends to read, which belong to the reader.
    package let output: Int32
    package let errors: Int32
    package let progress: Int32
    /// The ends to write, which ``ProgramRun`` closes when the program has them.
    let ends: (output: Int32, errors: Int32, progress: Int32)

    /// - Throws: When no descriptor is left.
    package init() throws(IOError) {
        let output = try Self.pipe([])
        let errors = try Self.pipe([output.0, output.1])
        let progress = try Self.pipe([output.0, output.1, errors.0, errors.1])
        (self.output, self.errors, self.progress) = (output.0, errors.0, progress.0)
        ends = (output.1, errors.1, progress.1)
    }

    /// - Parameter open: the descriptors to close when there is none left.
    private static func pipe(_ open: [Int32]) throws(IOError) -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        guard linux_pipe(&ends) == 0 else {
            let error = IOError(errnoCode: errno, reason: "pipe")
            for end in open { close(end) }
            throw error
        }
        return (ends[0], ends[1])
    }

    func closeEnds() {
        close(ends.output)
        close(ends.errors)
        close(ends.progress)
    }
}
