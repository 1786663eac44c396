import JSON
import TaskModel
import Testing

@testable import Dashboard

@Suite("Problems in the form")
struct FormProblemTests {
    @Test(
        "a value that cannot be sent shows a problem at its field, which gets the focus",
        arguments: [
            (5, "soon", "✗ timeout is not a duration; use seconds such as 90, or 10m, or 1h30m"),
            (7, "yesterday", "✗ not before is not a time; use 06:00, tomorrow 06:00"),
            (7, "+10", "✗ not before is not a duration; use +90s, +10m, +2h30m or +1d"),
            (1, "[1,", "✗ items is not JSON:"),
        ])
    func problems(steps: Int, text: String, problem: String) {
        var script = DashboardScript.form(120, 36)
        for _ in 0..<steps { script.press(.tab) }
        script.press(.control("u"))
        script.type(text)
        script.press(.home)
        script.press(.tab, .enter)
        #expect(script.screen.contains(problem), "\(script.screen)")
        #expect(script.commands.isEmpty)
        guard case .form(let form) = script.model.overlays.last else { return #expect(Bool(false)) }
        #expect(form.focus == .field(form.fields[steps - 1].member))
        // Typing clears the problem.
        script.type("x")
        #expect(!script.screen.contains("✗"))
    }

    @Test(
        "a problem that the service reports is shown at its field",
        arguments: [
            ("name", "name"), ("priority", "priority"), ("timeout", "timeout"), ("retries", "retries"),
            ("not_before", "not before"), ("task_data.items", "items"), ("task_data.delay", "delay"),
        ])
    func refusals(field: String, label: String) {
        var script = DashboardScript.form()
        script.press(.enter)
        script.send(
            .submitted(
                .form, .failure(.invalidFields([FieldProblem(field: field, code: "x", message: "must be better")]))))
        #expect(script.message == "not accepted; the form says why")
        guard case .form(let form) = script.model.overlays.last else { return #expect(Bool(false)) }
        #expect(form.fields.filter { $0.problem == "must be better" }.map(\.label) == [label])
        #expect(script.screen.contains("✗ \(label == "name" ? "" : label + " ")must be better"))
    }

    @Test("a problem without a field is shown, and a full disk is not blamed on the task")
    func otherProblems() {
        var script = DashboardScript.form()
        script.press(.enter)
        script.send(
            .submitted(
                .form, .failure(.invalidFields([FieldProblem(field: "extra", code: "x", message: "is not known")]))))
        #expect(script.screen.contains("✗ extra is not known"))
        script.press(.enter)
        script.send(.submitted(.form, .failure(.storageFull(reason: "database or disk is full"))))
        #expect(script.message == "the task was not accepted: the disk is full (database or disk is full)")
        #expect(script.lines.contains { $0.contains("│") && $0.contains("✗ the task was not accepted: the disk is") })
    }

    @Test("the result of a closed form does not change the next one")
    func closed() {
        for result: Result<TaskRecord, TaskError> in [
            .success(DashboardScript.record(1)), .failure(.shuttingDown),
            .failure(.invalidFields([FieldProblem(field: "name", code: "x", message: "is too long")])),
        ] {
            var script = DashboardScript.form()
            script.press(.enter, .escape)
            script.type("n")
            script.press(.tab)
            script.type("x")
            script.send(.submitted(.form, result))
            #expect(script.screen.contains("New task") && !script.lines.contains { $0.contains("│ ✗") })
            if case .failure(.invalidFields) = result { #expect(script.message == "name is too long") }
        }
    }

    @Test("a form of one line shows its problem as a message")
    func tinyProblems() {
        var script = DashboardScript.form(20, 5)
        script.press(.tab)
        script.type("x")
        script.press(.enter)
        #expect(script.message?.hasPrefix("items is not JSON") == true)
        script.press(.control("u"), .enter)
        script.send(
            .submitted(
                .form,
                .failure(.invalidFields([FieldProblem(field: "name", code: "out_of_range", message: "is too long")]))))
        #expect(script.message == "name is too long")
    }
}
