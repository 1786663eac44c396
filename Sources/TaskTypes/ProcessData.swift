import JSON
import TaskModel

/// Iterates over a list, with a delay for each item as of a slow device.
struct ProcessData: TaskType {
    static let name = "process_data"
    static let summary = "Goes through a list, item by item."
    static let sample: JSONValue = ["items": [1, "a", nil], "delay": 0]

    private let items: [JSONValue]
    private let delay: Double

    init(from fields: inout FieldReader) {
        items = fields.array(
            "items", default: [], atMost: 100_000, meaning: "what is gone through, item by item",
            suggestion: ["a", "b", "c"])
        delay = fields.number("delay", default: 1, in: 0...86_400, meaning: "seconds an item")
    }

    var units: Int { items.count }

    var title: String { ItemsText.text(items) + (delay == 1 ? "" : ", \(delay.shortText) s") }

    func run(in context: some WorkContext) throws(WorkError) -> JSONValue {
        for index in items.indices {
            context.report(TaskProgress(done: index, total: items.count, step: "item \(index + 1) of \(items.count)"))
            try context.wait(seconds: delay)
        }
        context.report(TaskProgress(done: items.count, total: items.count, fraction: 1, step: "done"))
        return ["processed": .integer(Int64(items.count)), "items": .array(items)]
    }
}
