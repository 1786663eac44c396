import JSON
import TaskModel

/// Writes a short Markdown report in four phases.
struct GenerateReport: TaskType {
    static let name = "generate_report"
    static let summary = "Writes a short report in Markdown."
    static let sample: JSONValue = ["delay": 0]

    private enum Phase: String, CaseIterable {
        // The names are steps of the progress, which clients see.
        case collect, analyse, render, write
    }

    /// One series of measurements in the report.
    private struct Series {
        let name: String
        let values: [Double]
        var sum: Double = 0
        var mean: Double = 0
        var deviation: Double = 0
    }

    private let reportType: String
    private let delay: Double

    init(from fields: inout FieldReader) {
        reportType = fields.text(
            "report_type", default: "summary", atMost: 100, meaning: "summary, or detailed for a longer one")
        delay = fields.number("delay", default: 1, in: 0...86_400, meaning: "seconds for each of its 4 phases")
    }

    var units: Int { Phase.allCases.count }

    var title: String {
        let type = JSONValue.string(reportType).shortText(atMost: 48)
        return delay == 1 ? type : "\(type), \(delay.shortText) s a phase"
    }

    func run(in context: some WorkContext) throws(WorkError) -> JSONValue {
        var series: [Series] = []
        var sections: [String] = []
        var report = ""
        for (index, phase) in Phase.allCases.enumerated() {
            context.report(TaskProgress(done: index, total: units, step: phase.rawValue))
            try context.wait(seconds: delay)
            switch phase {
            case .collect: series = collect()
            case .analyse: series = series.map(Self.analyzed)
            case .render: sections = render(series)
            case .write: report = sections.joined(separator: "\n\n") + "\n"
            }
        }
        context.report(TaskProgress(done: units, total: units, step: "done"))
        return [
            "report_type": .string(reportType),
            "format": "markdown",
            "phases": .array(Phase.allCases.map { .string($0.rawValue) }),
            "report": .string(report),
        ]
    }

    private var isDetailed: Bool { reportType == "detailed" }

    /// The measurements: square roots of whole numbers.
    private func collect() -> [Series] {
        let sizes = isDetailed ? [10, 100, 1000, 10_000] : [10, 100, 1000]
        return sizes.map { size in
            Series(name: "sqrt 1…\(size)", values: (1...size).map { Double($0).squareRoot() })
        }
    }

    private static func analyzed(_ series: Series) -> Series {
        var series = series
        let count = Double(series.values.count)
        series.sum = series.values.reduce(0, +)
        series.mean = series.sum / count
        let squares = series.values.reduce(0) { $0 + ($1 - series.mean) * ($1 - series.mean) }
        series.deviation = (squares / count).squareRoot()
        return series
    }

    private func render(_ series: [Series]) -> [String] {
        let rows = series.map {
            "| \($0.name) | \($0.values.count) | \(decimals($0.mean)) | \(decimals($0.deviation)) |"
        }
        var sections = [
            "# Report: \(reportType)",
            "Square roots of whole numbers, \(series.count) series.",
            (["| series | values | mean | deviation |", "|---|---|---|---|"] + rows).joined(separator: "\n"),
        ]
        if isDetailed {
            sections += series.map { entry in
                let bounds = "from \(decimals(entry.values.first ?? 0)) to \(decimals(entry.values.last ?? 0))"
                return "## \(entry.name)\n\n- values: \(entry.values.count), \(bounds)\n- sum: \(decimals(entry.sum))\n"
                    + "- mean: \(decimals(entry.mean))\n- standard deviation: \(decimals(entry.deviation))"
            }
        }
        return sections
    }
}

/// A number with three decimals.
private func decimals(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    let fraction = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
}
