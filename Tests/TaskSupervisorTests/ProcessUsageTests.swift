import TaskControl
import Testing

@testable import TaskSupervisor

@Suite("A worker's usage of processor and memory")
struct ProcessUsageTests {
    @Test(
        "/proc/PID/stat is parsed whatever name the process has",
        arguments: ["worker", "a b", "a) R 1 2 (b", ")", "((("])
    func usage(name: String) {
        let fields = "S 1 2 3 4 5 6 7 8 9 10 150 50 13 14 15 16 17 18 19 2441216 300 18446744073709551615"
        let usage = ProcessUsage.parse("4711 (\(name)) \(fields)")
        #expect(usage == WorkerUsage(cpuSeconds: 2, memoryBytes: 300 * 4096))
        #expect(ProcessUsage.parse("4711 (\(name)) S 1 2") == nil)
        #expect(ProcessUsage.parse("") == nil)
    }
}
