import Glibc
import NIOConcurrencyHelpers
import NIOPosix
import SystemPackage

/// A pseudoterminal of 160 by 50 cells whose output is read and discarded.
final class PseudoTerminal: Sendable {
    /// The end that the measured program draws on.
    let terminal: FileDescriptor
    private let controller: FileDescriptor
    /// 1 after output has arrived, until that has been consumed.
    private let hasOutput = ConditionLock(value: 0)

    /// TIOCSPTLCK and TIOCGPTN of <asm/ioctls.h>, macros that Swift cannot import.
    private static let unlock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    /// - Throws: ``BenchmarkError`` when no pseudoterminal can be opened.
    init() throws(BenchmarkError) {
        // What grantpt(3) and unlockpt(3) do, see pts(4) and ioctl_tty(2).
        let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var lock: Int32 = 0
        var number: UInt32 = 0
        guard controller >= 0, ioctl(controller, Self.unlock, &lock) == 0,
            ioctl(controller, Self.getNumber, &number) == 0
        else {
            let code = errno
            close(controller)
            throw BenchmarkError(description: "no pseudoterminal: errno \(code)")
        }
        let name = "/dev/pts/\(number)"
        let terminal = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else {
            let code = errno
            close(controller)
            throw BenchmarkError(description: "cannot open \(name): errno \(code)")
        }
        var size = winsize(ws_row: 50, ws_col: 160, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
        self.controller = FileDescriptor(rawValue: controller)
        self.terminal = FileDescriptor(rawValue: terminal)
    }

    /// Reads the output while `body` runs, so that the program never blocks on a full terminal.
    func drain<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        async let reading: Void = thread.runIfActive { self.read() }
        let value: Value
        do {
            value = try await body()
        } catch {
            try? terminal.close()
            throw error
        }
        // The read fails once the last descriptor of the other end is closed.
        try terminal.close()
        try await reading
        try await thread.shutdownGracefully()
        try controller.close()
        return value
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(controller.rawValue, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            hasOutput.lock()
            hasOutput.unlock(withValue: 1)
        }
    }

    /// Waits until there has been no output for 50 ms, then writes a key.
    ///
    /// - Returns: Milliseconds until the first output; `nil` if there is none within a second.
    func press(_ key: Character) -> Double? {
        repeat {
            hasOutput.lock()
            hasOutput.unlock(withValue: 0)
        } while consumeOutput(within: 0.05)
        let clock = ContinuousClock()
        let start = clock.now
        _ = try? controller.writeAll(String(key).utf8)
        return consumeOutput(within: 1) ? (clock.now - start).milliseconds : nil
    }

    private func consumeOutput(within seconds: Double) -> Bool {
        guard hasOutput.lock(whenValue: 1, timeoutSeconds: seconds) else { return false }
        hasOutput.unlock(withValue: 0)
        return true
    }
}
