import Glibc
import SystemPackage

/// The file beside a database that commits are written to; see https://sqlite.org/wal.html.
enum WriteAheadLog {
    /// As much as SQLite writes to it before it begins again at its start: 1000 pages, each with a header of its own.
    static let length: Int64 = 32 + 1000 * (4096 + 24)
    /// Where there is less room, it is not ours to take.
    private static let roomNeeded = 16 * UInt(length)

    /// Makes the file as long as it will be, so that commits replace what is in it.
    ///
    /// To flush what makes a file longer takes half as long again, as its length has to be written, too. SQLite does
    /// not go by the length: what follows the last valid page it takes for the remains of earlier ones. A file that
    /// cannot be made longer is left as it was.
    ///
    /// - Parameter database: nobody may write to it meanwhile.
    static func layOut(for database: FilePath) {
        var room = statvfs()
        guard statvfs(database.string, &room) == 0, room.f_bavail * room.f_frsize >= roomNeeded,
            let file = try? FileDescriptor.open(database.string + "-wal", .readWrite, options: .closeOnExec)
        else { return }
        defer { try? file.close() }
        guard let end = try? file.seek(offset: 0, from: .end) else { return }
        let zeros = [UInt8](repeating: 0, count: 65_536)
        do {
            for offset in stride(from: end, to: length, by: zeros.count) {
                _ = try file.writeAll(toAbsoluteOffset: offset, zeros.prefix(Int(length - offset)))
            }
        } catch {
            ftruncate(file.rawValue, off_t(end))
        }
    }
}
