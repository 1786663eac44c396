import CLinux
import Dashboard
import Glibc
import Terminal

extension PathCompleter {
    /// Completes names of files, as shells do: hidden ones only behind a dot.
    static let files = PathCompleter { path in
        await withCheckedContinuation { continuation in
            do throws(TerminalUnavailable) {
                // A disk may take any time, which must delay neither the event loop nor its pool.
                _ = try TerminalThread { continuation.resume(returning: complete(path)) }
            } catch {
                continuation.resume(returning: PathCompletion(path: path, names: []))
            }
        }
    }

    /// The most names that are compared.
    private static let limit = 100_000

    static func complete(_ path: String) -> PathCompletion {
        guard path.hasPrefix("/"), let slash = path.lastIndex(of: "/") else {
            return PathCompletion(path: path, names: [])
        }
        let directory = String(path[...slash])
        let beginning = String(path[path.index(after: slash)...])
        let names = names(in: directory).filter {
            $0.hasPrefix(beginning) && ($0.hasPrefix(".") == beginning.hasPrefix("."))
        }.sorted()
        guard let first = names.first, let last = names.last else { return PathCompletion(path: path, names: []) }
        // What the first and the last in order have in common, all in between have too.
        let common = String(zip(first, last).prefix { $0 == $1 }.map(\.0))
        return PathCompletion(path: directory + (names.count == 1 ? first : common), names: names)
    }

    /// The names in a directory; those of directories end with a slash.
    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while names.count < limit, let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            guard let name, name != ".", name != ".." else { continue }
            names.append(linux_is_directory(directory + name) == 1 ? name + "/" : name)
        }
        return names
    }
}
