import Testing

@testable import taskdeck_bench

@Suite("The benchmark's figures")
struct ReportTests {
    @Test(
        "a percentile is the smallest value that at least that share of all does not exceed",
        arguments: [
            ([1, 2, 3, 4], 50, 2), ([4, 3, 2, 1], 50, 2), ([1, 2, 3], 50, 2), ([7], 99, 7), ([], 50, 0),
            ((1...100).map(Double.init), 95, 95), ((1...100).map(Double.init), 99, 99),
            ((1...20).map(Double.init), 95, 19), ((1...20).map(Double.init), 99, 20),
        ] as [([Double], Int, Double)])
    func percentiles(values: [Double], percent: Int, expected: Double) {
        #expect(Distribution(values).percentile(percent) == expected)
    }

    @Test("distributions of several rounds are merged")
    func adding() {
        var distribution = Distribution([3, 1])
        distribution.add(Distribution([2]))
        #expect(distribution.values == [1, 2, 3])
    }

    @Test(
        "numbers have three significant digits",
        arguments: [
            (0, "0"), (0.0456, "0.046"), (0.9996, "1.00"), (1.234, "1.23"), (9.996, "10.0"), (12.34, "12.3"),
            (99.96, "100"), (1234.5, "1235"), (-1.5, "-1.50"),
        ] as [(Double, String)])
    func text(number: Double, text: String) {
        #expect(Report.text(number) == text)
    }

    @Test("a ratio is how many times better the first target is, for rates and for durations")
    func ratios() {
        var report = Report(targets: ["ours", "other"], machine: Machine())
        report.add(
            [.create: Distribution([1]), .list0: Distribution([300]), .floorPipe: Distribution([1])], of: "ours")
        report.add([.create: Distribution([4]), .list0: Distribution([100])], of: "other")
        let rows = report.table().split(separator: "\n")
        #expect(rows.count == 5)
        #expect(rows.contains { $0.hasPrefix("| create, acknowledged | ms | 1.00 |") && $0.hasSuffix("| 4.00 |") })
        #expect(rows.contains { $0.hasPrefix("| list of 0 tasks | requests/s | 300 |") && $0.hasSuffix("| 3.00 |") })
        // Rows of only one target have no ratio.
        #expect(rows.last?.hasSuffix("|  |  |  |  |  |") == true)
    }
    @Test("each of several other targets has a ratio")
    func severalTargets() {
        var report = Report(targets: ["ours", "other", "other 2"], machine: Machine())
        for (target, value) in [("ours", 1.0), ("other", 2.0), ("other 2", 8.0)] {
            report.add([.create: Distribution([value])], of: target)
        }
        let rows = report.table().split(separator: "\n")
        #expect(rows.first?.hasSuffix("| times better than other | times better than other 2 |") == true)
        #expect(rows.last?.hasSuffix("| 2.00 | 8.00 |") == true)
    }
}
