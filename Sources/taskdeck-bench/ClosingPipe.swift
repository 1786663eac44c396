import CLinux
import Glibc

/// A pipe that other programs inherit only where they are given an end of it.
final class ClosingPipe {
    private var ends: [Int32] = [-1, -1]
    var input: Int32 { ends[0] }
    var output: Int32 { ends[1] }

    /// - Throws: ``BenchmarkError`` when there are no descriptors left.
    init() throws(BenchmarkError) {
        guard linux_pipe(&ends) == 0 else { throw BenchmarkError(description: "no pipe: errno \(errno)") }
    }

    deinit {
        closeInput()
        closeOutput()
    }

    func closeInput() { Self.close(&ends[0]) }

    func closeOutput() { Self.close(&ends[1]) }

    /// Reads through the next line feed, or to the end.
    func readLine() -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(input, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }

    private static func close(_ descriptor: inout Int32) {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }
}
