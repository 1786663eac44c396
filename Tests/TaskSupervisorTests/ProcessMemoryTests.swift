import Glibc
import NIOConcurrencyHelpers
import TaskControl
import TaskModel
import Testing

@testable import TaskBoard
@testable import TaskSupervisor

@Suite("The memory of workers")
struct ProcessMemoryTests {
    /// Processes that use as many MiB as their pid; each reading needs a while.
    private final class Machine: Sendable {
        let uptime = NIOLockedValueBox(Duration.zero)
        let read = NIOLockedValueBox<[pid_t]>([])

        var now: Duration { uptime.withLockedValue { $0 } }

        /// The pids that have been read since the last call.
        func takeRead() -> [pid_t] {
            read.withLockedValue { read in
                defer { read = [] }
                return read
            }
        }
    }

    private final class Worker: WorkerHandle {
        let pid: pid_t
        private let machine: Machine
        private let time: Duration
        private let isDenied: Bool

        init(_ pid: pid_t, on machine: Machine, taking time: Duration = .zero, isDenied: Bool = false) {
            (self.pid, self.machine, self.time, self.isDenied) = (pid, machine, time, isDenied)
        }

        func send(_ signal: GroupSignal) {}
        func killProgram() {}
        func usage() -> WorkerUsage? { WorkerUsage(cpuSeconds: 1, memoryBytes: 7) }

        func memory() -> Int? {
            machine.uptime.withLockedValue { $0 += time }
            machine.read.withLockedValue { $0.append(pid) }
            return isDenied ? nil : Int(pid) << 20
        }
    }

    private static let ids: [TaskID] = {
        var generator = TaskIDGenerator()
        return (0..<200).map { _ in generator.next(at: Timestamp(milliseconds: 0)) }
    }()

    private typealias Usage = [TaskID: (worker: any WorkerHandle, usage: WorkerUsage)]

    private static func usage(
        _ count: Int, on machine: Machine, taking time: Duration = .zero, isDenied: Bool = false
    ) -> Usage {
        var usage: Usage = [:]
        for (index, id) in ids.prefix(count).enumerated() {
            let worker = Worker(pid_t(index + 1), on: machine, taking: time, isDenied: isDenied)
            usage[id] = (worker, WorkerUsage(cpuSeconds: 1, memoryBytes: 7))
        }
        return usage
    }

    @Test("of many workers some are read each time, until all have been, and none again before its reading expires")
    func rounds() {
        let machine = Machine()
        let memory = ProcessMemory()
        let usage = Self.usage(35, on: machine)
        var known: [TaskID: WorkerUsage] = [:]
        var read: [[pid_t]] = []
        for second in 0..<24 {
            machine.uptime.withLockedValue { $0 = .seconds(second) }
            known = memory.complete(usage) { machine.now }
            read.append(machine.takeRead())
            #expect(known.count == 35)
            #expect(known.values.allSatisfy { $0.cpuSeconds == 1 })
            #expect(known.values.count { $0.memoryBytes != nil } == min(35, (second + 1) * ProcessMemory.readingLimit))
        }
        #expect(read.prefix(4).flatMap(\.self) == Array(1...35))
        #expect(read[4..<10].allSatisfy { $0.isEmpty })
        #expect(read[10..<14].flatMap(\.self) == Array(1...35))
        #expect(known[Self.ids[4]]?.memoryBytes == 5 << 20)
    }

    @Test("new workers are read first, and slow reads end the round")
    func order() {
        let machine = Machine()
        let memory = ProcessMemory()
        let all = Self.usage(5, on: machine, taking: .microseconds(400))
        _ = memory.complete(all.filter { Self.ids.prefix(3).contains($0.key) }) { machine.now }
        #expect(machine.takeRead() == [1, 2, 3])
        machine.uptime.withLockedValue { $0 = .seconds(100) }
        _ = memory.complete(all) { machine.now }
        #expect(machine.takeRead() == [4, 5, 1])
        _ = memory.complete(all) { machine.now }
        #expect(machine.takeRead() == [2, 3])
    }

    @Test("another worker of a task is read anew; the reading of a task without a worker is dropped")
    func attempts() {
        let machine = Machine()
        let memory = ProcessMemory()
        var usage = Self.usage(2, on: machine)
        _ = memory.complete(usage) { machine.now }
        usage[Self.ids[0]]?.worker = Worker(50, on: machine)
        #expect(memory.complete(usage) { machine.now }[Self.ids[0]]?.memoryBytes == 50 << 20)
        #expect(memory.complete([:]) { machine.now }.isEmpty)
        _ = machine.takeRead()
        _ = memory.complete(usage) { machine.now }
        #expect(machine.takeRead().sorted() == [2, 50])
    }

    @Test("where the size cannot be read, the resident pages count, until the reading expires")
    func denied() {
        let machine = Machine()
        let memory = ProcessMemory()
        let usage = Self.usage(1, on: machine, isDenied: true)
        for _ in 0..<3 {
            #expect(memory.complete(usage) { machine.now }[Self.ids[0]]?.memoryBytes == 7)
        }
        #expect(machine.takeRead() == [1])
    }

    @Test("the kernel's word for this process")
    func kernel() throws {
        let own = try #require(ProcessMemory.proportional(getpid()))
        #expect(own > 1 << 20)
        #expect(ProcessMemory.proportional(1 << 30) == nil)
        #expect(
            ProcessMemory.parse("55-7f ---p 0 00:00 0 [rollup]\nRss:  200 kB\nPss:     187 kB\nPss_Dirty: 9 kB\n")
                == 187 << 10)
        #expect(ProcessMemory.parse("") == nil)
        #expect(ProcessMemory.parse("Pss: x kB\n") == nil)
    }
}
