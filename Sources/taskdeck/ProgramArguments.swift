import SystemPackage

/// The command line as the kernel has it.
enum ProgramArguments {
    /// Reads the arguments, without the program's name.
    ///
    /// Swift's own `CommandLine` looks for them on the stack, before the environment; it finds none once something in
    /// the process has called setenv(3), as constructors of preloaded libraries do.
    ///
    /// - Throws: ``StartError`` when they cannot be read: without them the service would do what it was not told to; or when they are not
    ///   UTF-8.
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
            // Each ends with a zero; an empty one is only that.
            guard bytes.last == 0 else { throw Errno.invalidArgument }
            return try bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false).dropFirst()
                .map { argument in
                    guard let text = String(validating: argument, as: UTF8.self) else {
                        // Read as something else, it would name another file.
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
