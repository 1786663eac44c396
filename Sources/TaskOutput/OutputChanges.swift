import Glibc
import Synchronization

/// Reports which logs of a directory have grown (inotify(7)), for readers that follow them.
///
/// One serves all readers of a process: the system allows a user few of its kind. Only logs that are followed wake it.
package final class OutputChanges: Sendable {
    /// A log that is followed.
    private struct Followed {
        var readers = 0
        /// The watch on its newer file; `nil` while there is none.
        var watch: CInt?
    }

    private struct State {
        /// The watch on the directory; negative if there cannot be one.
        var directoryWatch: CInt
        /// By the name of the newer file.
        var logs: [String: Followed] = [:]
        var names: [CInt: String] = [:]
    }

    private static let eventSize = MemoryLayout<inotify_event>.size

    private let directory: String
    /// Readable when there are changes; does not block.
    package let descriptor: CInt
    private let state: Mutex<State>

    /// - Parameter directory: the one with the logs, which is created if need be.
    /// - Throws: ``OutputError``.
    package init(directory: String) throws(OutputError) {
        self.directory = directory
        mkdir(directory, 0o700)
        descriptor = inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK))
        guard descriptor >= 0 else { throw OutputError(code: errno, path: directory) }
        let watch = Self.watch(directory, descriptor)
        let code = errno
        state = Mutex(State(directoryWatch: watch))
        guard watch >= 0 else { throw OutputError(code: code, path: directory) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private static func watch(_ directory: String, _ descriptor: CInt) -> CInt {
        inotify_add_watch(descriptor, directory, UInt32(IN_CREATE | IN_MOVED_FROM | IN_MOVE_SELF | IN_ONLYDIR))
    }

    /// Begins to report a log.
    ///
    /// To be called before a reader comes to the end of what is there, so that nothing is missed in between; once for
    /// each reader.
    package func follow(_ log: OutputLog) {
        state.withLock { state in
            let name = log.name
            state.logs[name, default: Followed()].readers += 1
            if state.logs[name]?.watch == nil { watch(name, &state) }
        }
    }

    /// Ends what ``follow(_:)`` has begun.
    package func unfollow(_ log: OutputLog) {
        state.withLock { state in
            guard var followed = state.logs[log.name] else { return }
            followed.readers -= 1
            state.logs[log.name] = followed
            guard followed.readers == 0 else { return }
            unwatch(log.name, &state)
            state.logs[log.name] = nil
        }
    }

    /// Waits until there are changes and returns them.
    package func wait() -> Set<OutputLog> {
        while true {
            let changed = changes()
            if !changed.isEmpty { return changed }
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            poll(&watched, 1, -1)
        }
    }

    /// The followed logs that have changed since the last call, or have begun another file.
    package func changes() -> Set<OutputLog> {
        var changed: Set<String> = []
        withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: MemoryLayout<inotify_event>.alignment) {
            buffer in
            while true {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                guard count > 0 else { break }
                state.withLock { handle(UnsafeRawBufferPointer(rebasing: buffer[..<count]), &$0, &changed) }
            }
        }
        return Set(changed.map { OutputLog(path: "\(directory)/\($0)") })
    }

    private func handle(_ events: UnsafeRawBufferPointer, _ state: inout State, _ changed: inout Set<String>) {
        var offset = 0
        while offset + Self.eventSize <= events.count {
            let event = events.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let name = events[(offset + Self.eventSize)...].prefix(Int(event.len)).prefix { $0 != 0 }
            offset += Self.eventSize + Int(event.len)
            if event.mask & UInt32(IN_Q_OVERFLOW) != 0 {
                watchAll(&state, &changed)
            } else if event.wd == state.directoryWatch, event.mask & UInt32(IN_IGNORED | IN_MOVE_SELF) != 0 {
                // The directory has been removed, or is another one now.
                inotify_rm_watch(descriptor, state.directoryWatch)
                mkdir(directory, 0o700)
                state.directoryWatch = Self.watch(directory, descriptor)
                watchAll(&state, &changed)
            } else if event.wd == state.directoryWatch {
                let name = String(decoding: name, as: UTF8.self)
                guard state.logs[name] != nil else { continue }
                watch(name, &state)
                changed.insert(name)
            } else if event.mask & UInt32(IN_IGNORED) != 0 {
                if let name = state.names.removeValue(forKey: event.wd), state.logs[name]?.watch == event.wd {
                    state.logs[name]?.watch = nil
                }
            } else if let name = state.names[event.wd] {
                changed.insert(name)
            }
        }
    }

    /// Watches the files anew, after events have been missed.
    private func watchAll(_ state: inout State, _ changed: inout Set<String>) {
        for name in state.logs.keys { watch(name, &state) }
        changed.formUnion(state.logs.keys)
    }

    /// Watches the file that has the name now, instead of one that had it before.
    private func watch(_ name: String, _ state: inout State) {
        let watch = inotify_add_watch(descriptor, "\(directory)/\(name)", UInt32(IN_MODIFY | IN_DONT_FOLLOW))
        if watch != state.logs[name]?.watch { unwatch(name, &state) }
        guard watch >= 0 else { return }
        state.logs[name]?.watch = watch
        state.names[watch] = name
    }

    private func unwatch(_ name: String, _ state: inout State) {
        guard let watch = state.logs[name]?.watch else { return }
        inotify_rm_watch(descriptor, watch)
        state.logs[name]?.watch = nil
        state.names[watch] = nil
    }
}
