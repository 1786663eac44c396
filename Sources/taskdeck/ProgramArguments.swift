import SystemPackage

/// The arguments of the program as the kernel has them.
enum ProgramArguments {
    /// Reads the arguments, without the program's name.
    ///
    /// Swift's own `CommandLine` looks for them on the stack, before the environment; it finds none once something in
    /// the process has called setenv(3), as constructors of preloaded libraries do.
    ///
    /// - Throws: ``StartError`` when they cannot be read, or are not UTF-8.
    static func read() throws -> [String] {
        do {
            let file = try FileDescriptor.open("/proc/self/cmdline", .readOnly, options: .closeOnExec)
            let bytes = try file.closeAfter {
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                    guard count > 0 else { return bytes }
                    bytes += buffer[..<count]
                }
            }
            // Each argument ends with a zero, also an empty one.
            guard bytes.last == 0 else { throw Errno.invalidArgument }
            return try bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false).dropFirst()
                .map { argument in
                    guard let text = String(validating: argument, as: UTF8.self) else {
                        // Decoded with repairs, it would name another file.
                        let shown = String(decoding: argument, as: UTF8.self)
                        throw StartError.usage("the argument '\(shown)' is not UTF-8")
                    }
                    return text
                }
        } catch let error as StartError {
            throw error
        } catch {
            throw StartError.environment("the arguments cannot be read from /proc/self/cmdline: \(error)")
        }
    }
}
