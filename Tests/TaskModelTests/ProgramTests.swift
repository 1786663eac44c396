import Glibc
import JSON
import TaskModel
import Testing

@Suite("Programs")
struct ProgramTests {
    private static let full = Program(
        arguments: ["ffmpeg", "-i", "a b\n"], directory: "/tmp", environment: ["A": "1", "B": ""], input: "text",
        stopSignal: .int, successCodes: [0, 255], progress: .pattern(#"(\d+)%"#))

    @Test(
        "a program is read as it was written",
        arguments: [full, Program(arguments: ["x"], directory: "/", environment: [:])])
    func roundTrip(program: Program) throws {
        #expect(try JSONCoding.decode(Program.self, from: JSONCoding.encode(program)) == program)
    }

    @Test(
        "what is no program is rejected",
        arguments: [
            #"{"arguments":[],"directory":"/","environment":{},"progress":"auto","stop_signal":"SIGTERM","success_codes":[0]}"#,
            #"{"arguments":["x"],"directory":"/","environment":[],"progress":"auto","stop_signal":"SIGTERM","success_codes":[0]}"#,
            #"{"arguments":["x"],"directory":"/","environment":{},"progress":"auto","stop_signal":"SIGSTOP","success_codes":[0]}"#,
        ])
    func noProgram(text: String) {
        #expect(throws: JSONShapeError.self) { try JSONCoding.decode(Program.self, from: text.utf8) }
    }

    @Test("every signal has its number")
    func signals() {
        for signal in ProgramSignal.allCases {
            #expect(ProgramSignal.name(of: signal.number) == signal.rawValue)
        }
        #expect(
            [ProgramSignal.hup, .kill, .term, .usr2, .winch].map(\.number) == [
                SIGHUP, SIGKILL, SIGTERM, SIGUSR2, SIGWINCH,
            ])
    }

    @Test(
        "every number has a name",
        arguments: [
            (1, "SIGHUP"), (19, "SIGSTOP"), (31, "SIGSYS"), (32, "signal 32"), (34, "SIGRTMIN"), (37, "SIGRTMIN+3"),
            (64, "SIGRTMIN+30"), (65, "signal 65"), (0, "signal 0"), (-1, "signal -1"),
        ] as [(Int32, String)])
    func names(number: Int32, name: String) {
        #expect(ProgramSignal.name(of: number) == name)
    }

    @Test(
        "an end has a description, and is read as it was written",
        arguments: [
            (.exited(code: 3), "exit code 3"), (.signaled(name: "SIGSEGV", dumpedCore: true), "SIGSEGV (core dumped)"),
            (.signaled(name: "SIGTERM", dumpedCore: false), "SIGTERM"),
        ] as [(ProgramEnd, String)])
    func ends(end: ProgramEnd, description: String) throws {
        #expect(end.description == description)
        #expect(try JSONCoding.decode(ProgramEnd.self, from: JSONCoding.encode(end)) == end)
    }

    @Test("counts of output are read as they were written")
    func output() throws {
        let output = ProgramOutput(bytes: 3, lines: 2, truncated: true, lost: 1)
        #expect(output.jsonText == #"{"bytes":3,"lines":2,"lost":1,"truncated":true}"#)
        #expect(try JSONCoding.decode(ProgramOutput.self, from: JSONCoding.encode(output)) == output)
    }

    @Test(
        "a progress rule is a word or a regular expression",
        arguments: [
            ("none", .none), ("auto", .automatic), (#"(\d+)%"#, .pattern(#"(\d+)%"#)), ("None", .pattern("None")),
        ] as [(String, ProgressRule)])
    func rules(text: String, rule: ProgressRule) {
        #expect(ProgressRule(text: text) == rule)
        #expect(rule.text == text)
    }
}
