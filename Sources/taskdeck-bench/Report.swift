import JSON

/// The results of all targets, as a table or as JSON.
struct Report {
    let machine: Machine
    /// The names of the targets; the first one is compared with the others.
    private let targets: [String]
    private var results: [String: Results] = [:]

    init(targets: [String], machine: Machine) {
        self.targets = targets
        self.machine = machine
    }

    mutating func add(_ results: Results, of target: String) {
        self.results[target, default: Results()].add(results)
    }

    /// How many times better the first target is than another; `nil` where one of them has no value.
    private func ratio(_ metric: Metric, to other: String) -> Double? {
        guard let first = results[targets[0]]?[metric]?.median, let second = results[other]?[metric]?.median,
            first > 0, second > 0
        else { return nil }
        return metric.isRate ? first / second : second / first
    }

    private var others: ArraySlice<String> { targets.dropFirst() }

    private var rows: [Metric] {
        Metric.allCases.filter { metric in targets.contains { results[$0]?[metric] != nil } }
    }

    /// Returns a Markdown table.
    func table() -> String {
        var heads = ["", ""]
        for target in targets { heads += ["\(target): median", "p95", "p99", "n"] }
        heads += others.map { others.count == 1 ? "times better" : "times better than \($0)" }
        var lines = ["| " + heads.joined(separator: " | ") + " |", "|" + String(repeating: "---|", count: heads.count)]
        for row in rows {
            var cells = [row.title, row.unit]
            for target in targets {
                if let distribution = results[target]?[row] {
                    cells += [50, 95, 99].map { Self.text(distribution.percentile($0)) } + ["\(distribution.count)"]
                } else {
                    cells += ["", "", "", ""]
                }
            }
            cells += others.map { ratio(row, to: $0).map(Self.text) ?? "" }
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n")
    }

    /// Returns the rows of several reports of one machine.
    static func json(_ reports: [Report]) -> String {
        let machine = reports.first?.machine.description ?? ""
        return (["machine": .string(machine), "rows": .array(reports.flatMap(\.jsonRows))] as JSONValue).jsonText
    }

    private var jsonRows: [JSONValue] {
        rows.map { row in
            var distributions: [JSONName: JSONValue] = [:]
            for target in targets {
                guard let distribution = results[target]?[row] else { continue }
                distributions[JSONName(target)] = [
                    "median": .number(distribution.median), "p95": .number(distribution.percentile(95)),
                    "p99": .number(distribution.percentile(99)), "n": .integer(Int64(distribution.count)),
                ]
            }
            return [
                "name": .string(row.rawValue), "title": .string(row.title), "unit": .string(row.unit),
                "samples": .object(distributions),
                "times_better": others.first.flatMap { ratio(row, to: $0) }.map(JSONValue.number) ?? .null,
            ]
        }
    }

    /// Formats a number with three significant digits.
    static func text(_ number: Double) -> String {
        guard number > 0 else { return number == 0 ? "0" : "-" + text(-number) }
        if number >= 99.95 { return String(Int(number.rounded())) }
        let places = number >= 9.995 ? 1 : number >= 0.9995 ? 2 : 3
        let scale = [1, 10, 100, 1000][places]
        let scaled = Int((number * Double(scale)).rounded())
        let digits = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: places - digits.count) + digits
    }
}
