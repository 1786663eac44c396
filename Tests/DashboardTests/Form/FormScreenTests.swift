import JSON
import TaskModel
import Testing

@testable import Dashboard

@Suite("Screens of the form")
struct FormScreenTests {
    @Test("the form, in each size", arguments: [(200, 50), (120, 36), (80, 24), (60, 16), (40, 12), (20, 5)])
    func screens(width: Int, height: Int) throws {
        var script = DashboardScript.form(width, height)
        script.press(.tab, .tab)
        try Golden.expect(script.screen, is: "form-\(width)x\(height)")
    }

    @Test("the form with problems", arguments: [(120, 36), (80, 24), (40, 12)])
    func problemScreens(width: Int, height: Int) throws {
        var script = DashboardScript.form(width, height)
        script.press(.right, .enter)
        script.send(
            .submitted(
                .form,
                .failure(
                    .invalidFields([
                        FieldProblem(
                            field: "task_data.delay", code: "out_of_range",
                            message: "must be between 0 and 86400, not -1"),
                        FieldProblem(
                            field: "priority", code: "out_of_range", message: "must be between -100 and 100, not 1000"),
                    ]))))
        try Golden.expect(script.screen, is: "form-problems-\(width)x\(height)")
    }

    @Test("a valid time is shown with its date and the time until then")
    func preview() {
        var script = DashboardScript.form()
        for _ in 0..<7 { script.press(.tab) }
        script.type("+2h30m")
        #expect(script.screen.contains("not before 09:42 (in 2 h 30 min)"))
        script.press(.control("u"))
        script.type("tomorrow 06:00")
        #expect(script.screen.contains("not before Wed 25 Nov 06:00 (in 22 h 47 min)"))
        script.type("x")
        #expect(!script.screen.contains("(in "))
        #expect(script.screen.contains("tomorrow 06:00, Tue 06:00, +2h30m"))
    }
}
