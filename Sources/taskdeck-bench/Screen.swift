import Glibc
import NIOConcurrencyHelpers
import NIOPosix
import SystemPackage

/// A terminal of 160 by 50 cells that somebody looks at.
final class Screen: Sendable {
    /// The side that a program draws on.
    let terminal: FileDescriptor
    private let glass: FileDescriptor
    /// 1 once something was drawn, until that has been noticed.
    private let drawn = ConditionLock(value: 0)

    /// TIOCSPTLCK and TIOCGPTN of <asm/ioctls.h>, macros that Swift cannot import.
    private static let unlock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    /// - Throws: ``Failure`` when there is no terminal to be had.
    init() throws(Failure) {
        // What grantpt(3) and its kin do, see pts(4) and ioctl_tty(2).
        let glass = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var lock: Int32 = 0
        var number: UInt32 = 0
        guard glass >= 0, ioctl(glass, Self.unlock, &lock) == 0, ioctl(glass, Self.getNumber, &number) == 0 else {
            throw Failure(description: "no terminal: errno \(errno)")
        }
        let name = "/dev/pts/\(number)"
        let terminal = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { throw Failure(description: "no terminal: errno \(errno)") }
        var size = winsize(ws_row: 50, ws_col: 160, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
        self.glass = FileDescriptor(rawValue: glass)
        self.terminal = FileDescriptor(rawValue: terminal)
    }

    /// Looks at the screen while `body` runs.
    func watch<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        async let looking: Void = thread.runIfActive { self.look() }
        let value: Value
        do {
            value = try await body()
        } catch {
            try? terminal.close()
            throw error
        }
        // With nobody left to draw, reading ends.
        try terminal.close()
        try await looking
        try await thread.shutdownGracefully()
        try glass.close()
        return value
    }

    private func look() {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(glass.rawValue, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            drawn.lock()
            drawn.unlock(withValue: 1)
        }
    }

    /// Waits until nothing was drawn for a while, then presses a key.
    ///
    /// - Returns: Milliseconds until the program has begun to draw what comes of it; `nil` when it has
    ///   not within a second.
    func press(_ key: Character) -> Double? {
        repeat {
            drawn.lock()
            drawn.unlock(withValue: 0)
        } while noticed(within: 0.05)
        let clock = ContinuousClock()
        let start = clock.now
        _ = try? glass.writeAll(String(key).utf8)
        return noticed(within: 1) ? (clock.now - start).milliseconds : nil
    }

    private func noticed(within seconds: Double) -> Bool {
        guard drawn.lock(whenValue: 1, timeoutSeconds: seconds) else { return false }
        drawn.unlock(withValue: 0)
        return true
    }
}
