import JSON

/// All samples, row by row, beside those of another contender.
struct Report {
    let machine: Machine
    /// Ours first.
    private let contenders: [String]
    private var measured: [String: Measurements] = [:]

    init(contenders: [String], machine: Machine) {
        self.contenders = contenders
        self.machine = machine
    }

    mutating func add(_ measurements: Measurements, of contender: String) {
        measured[contender, default: Measurements()].add(measurements)
    }

    /// How many times better ours is; `nil` where there is nothing to compare with.
    private func ratio(_ measurement: Measurement) -> Double? {
        guard contenders.count == 2, let ours = measured[contenders[0]]?[measurement]?.median,
            let other = measured[contenders[1]]?[measurement]?.median, ours > 0, other > 0
        else { return nil }
        return measurement.isRate ? ours / other : other / ours
    }

    private var rows: [Measurement] {
        Measurement.allCases.filter { measurement in contenders.contains { measured[$0]?[measurement] != nil } }
    }

    /// Markdown.
    func table() -> String {
        var heads = ["", ""]
        for contender in contenders { heads += ["\(contender): median", "p95", "p99", "n"] }
        if contenders.count == 2 { heads.append("times better") }
        var lines = ["| " + heads.joined(separator: " | ") + " |", "|" + String(repeating: "---|", count: heads.count)]
        for row in rows {
            var cells = [row.title, row.unit]
            for contender in contenders {
                if let sample = measured[contender]?[row] {
                    cells += [50, 95, 99].map { Self.text(sample.percentile($0)) } + ["\(sample.count)"]
                } else {
                    cells += ["", "", "", ""]
                }
            }
            if contenders.count == 2 { cells.append(ratio(row).map(Self.text) ?? "") }
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n")
    }

    func json() -> String {
        let rows: [JSONValue] = rows.map { row in
            var samples: [JSONName: JSONValue] = [:]
            for contender in contenders {
                guard let sample = measured[contender]?[row] else { continue }
                samples[JSONName(contender)] = [
                    "median": .number(sample.median), "p95": .number(sample.percentile(95)),
                    "p99": .number(sample.percentile(99)), "n": .integer(Int64(sample.count)),
                ]
            }
            return [
                "name": .string(row.rawValue), "title": .string(row.title), "unit": .string(row.unit),
                "samples": .object(samples), "times_better": ratio(row).map(JSONValue.number) ?? .null,
            ]
        }
        return (["machine": .string(machine.description), "rows": .array(rows)] as JSONValue).jsonText
    }

    /// Three digits that count.
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
