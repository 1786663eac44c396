import JSON
import TaskModel
import TaskTypes
import Testing

@Suite("Templates")
struct TemplateTests {
    private static let fields = TemplateFields([
        DeclaredField(name: "input", kind: .path(Bounds(), nil), presence: .required),
        DeclaredField(name: "items", kind: .list(Bounds(), nil), presence: .fallback([])),
        DeclaredField(name: "note", kind: .text(Bounds(), nil), presence: .optional),
    ])

    @Test(
        "placeholders name fields",
        arguments: [
            ("{input}", ["input"]), ("a{input}b{note}", ["input", "note"]), ("", []), ("plain", []), ("{{input}", []),
            ("{{{input}}", ["input"]), ("}{input}}", ["input"]), ("{{{{", []), ("{items}", ["items"]),
        ])
    func names(text: String, names: [String]) throws {
        switch try Self.fields.argument(text) {
        case .text(let template): #expect(template.fieldNames == names)
        case .list(let field): #expect([field] == names)
        }
    }

    @Test(
        "a text that is no template is rejected, with what would be right",
        arguments: [
            ("{", "'{{' for a brace itself"), ("a{input", "'{{' for a brace itself"), ("{}", "'{{' for a brace itself"),
            ("{ input }", "'{{' for a brace itself"), ("{a b}", "'{{' for a brace itself"),
            ("{inptu}", "did you mean {input}?"), ("{colour}", "fields are input, items, note"),
            ("x{items}", "a list, which must be an argument of its own"), ("a\u{0}", "NUL"),
        ])
    func errors(text: String, message: String) {
        let error = #expect(throws: TemplateError.self) { try Self.fields.argument(text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test(
        "the program and the directory have a value in every task",
        arguments: [("{items}", "a list"), ("/srv/{note}", "give it a default")])
    func required(text: String, message: String) {
        let error = #expect(throws: TemplateError.self) { try Self.fields.required(text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("a variable cannot be a list")
    func variable() {
        #expect(throws: TemplateError.self) { try Self.fields.text("{items}") }
    }

    @Test(
        "code is found among arguments: a shell's options and script, and what other interpreters run",
        arguments: [
            (["sh", "-c", "echo"], [1, 2]), (["/bin/bash", "-euxc", "echo"], [1, 2]),
            (["bash", "-e", "-c", "echo", "x"], [1, 2, 3]),
            (["bash", "-euo", "pipefail", "-c", "echo", "x"], [1, 2, 3, 4]),
            (["bash", "-o", "pipefail", "-c", "echo", "x"], [1, 2, 3, 4]),
            (["bash", "-O", "extglob", "-c", "echo"], [1, 2, 3, 4]),
            (["bash", "--rcfile", "/x", "-c", "echo", "x"], [1, 2, 3, 4]), (["rbash", "-c", "echo"], [1, 2]),
            (["bash", "+x", "-c", "echo"], [1, 2, 3]), (["env", "sh", "-c", "echo"], [2, 3]),
            (["sh", "-c", "echo", "sh", "x"], [1, 2]),
            (["sh", "script.sh", "-c"], [1]), (["sh"], []), (["sh", "-c"], [1]),
            (["su", "nobody", "-c", "id"], [2, 3]), (["flock", "f", "-c", "id"], [2, 3]),
            (["env", "-S", "sh -c", "id"], [1, 2]), (["perl", "-ne", "print", "x"], [1, 2]),
            (["python3", "-c", "pass", "x"], [1, 2]), (["python3", "x.py", "-c", "y"], []),
            (["flock", "f", "tar", "-c", "x"], []),
            (["ssh", "-c", "x"], []), (["ffmpeg", "-c", "copy"], []), ([], []),
        ])
    func scripts(arguments: [String], positions: [Int]) {
        #expect(ShellScript.positions(in: arguments) == positions)
    }
}

@Suite("Nearest names")
struct NearestNameTests {
    @Test(
        "a misspelt name is near one or none",
        arguments: [
            ("comand", "command"), ("commnad", "command"), ("Command", "command"), ("cdw", "cwd"),
            ("timeouts", "timeout"),
            ("x", nil), ("colour", nil), ("", nil),
        ])
    func nearest(name: String, match: String?) {
        #expect(NearestName.find(name, among: ["command", "cwd", "timeout", "fields"]) == match)
    }
}
