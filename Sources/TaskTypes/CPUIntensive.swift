import JSON
import TaskModel

/// Computes sums of square roots, in batches.
struct CPUIntensive: TaskType {
    static let name = "cpu_intensive"
    static let summary = "Computes sums of square roots."
    static let sample: JSONValue = ["complexity": 1, "batches": 1]

    /// The number of roots between two checkpoints: about 0.1 ms in a release build and 4 ms in a debug build, both
    /// well below the 10 ms within which a pause must take effect.
    private static let stride = 65_536

    private let complexity: Int
    private let batches: Int

    init(from fields: inout FieldReader) {
        complexity = fields.integer(
            "complexity", default: 1_000_000, in: 1...1_000_000_000_000, meaning: "square roots a batch",
            suggestion: 500_000_000)
        batches = fields.integer("batches", default: 5, in: 1...1_000_000, meaning: "batches, one after the other")
    }

    var units: Int { batches }

    var title: String { "\(batches.unitText) × \(complexity.unitText)" }

    func run(in context: some WorkContext) throws(WorkError) -> JSONValue {
        let clock = ContinuousClock()
        var total = 0.0
        var seconds: [JSONValue] = []
        for batch in 0..<batches {
            let start = clock.now
            total += try sum(ofBatch: batch, in: context)
            let elapsed = (clock.now - start).components
            seconds.append(.number(Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18))
        }
        context.report(TaskProgress(done: batches, total: batches, step: "done"))
        return [
            "batches": .integer(Int64(batches)),
            "complexity": .integer(Int64(complexity)),
            "sum": .number(total),
            "batch_seconds": .array(seconds),
        ]
    }

    private func sum(ofBatch batch: Int, in context: some WorkContext) throws(WorkError) -> Double {
        var sum = 0.0
        var lower = 0
        while lower < complexity {
            let fraction = (Double(batch) + Double(lower) / Double(complexity)) / Double(batches)
            context.report(
                TaskProgress(done: batch, total: batches, fraction: fraction, step: "batch \(batch + 1) of \(batches)"))
            try context.checkpoint()
            let upper = min(lower + Self.stride, complexity)
            for number in lower..<upper {
                sum += Double(number).squareRoot()
            }
            lower = upper
        }
        return sum
    }
}
