import FoundationEssentials
import Glibc
import SystemPackage
import TaskModel
import TestSupport
import Testing

@Suite("Completions in shells", .timeLimit(.minutes(15)))
struct ShellCompletionTests {
    /// What bash offers for the last word of a line.
    private static func offers(_ line: [String], _ shell: Shell) async throws -> [String] {
        let words = line.map { "'\($0)'" }.joined(separator: " ")
        let script = """
            PATH="\(BuiltProducts.taskdeck.removingLastComponent()):$PATH"
            source <(command taskdeck --generate-completion-script bash)
            COMP_WORDS=(\(words)); COMP_CWORD=\(line.count - 1)
            COMP_LINE="\(line.joined(separator: " "))"; COMP_POINT=${#COMP_LINE}
            _taskdeck taskdeck "\(line.last ?? "")" "\(line.dropLast().last ?? "")"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try await shell.bash(script)
        #expect(result.errors.isEmpty, "\(result.errors)")
        return result.output
    }

    @Test("bash offers verbs, ids of tasks, types and states")
    func bash() async throws {
        try await Shell.run { shell in
            let id = try await shell.service.createTask("process_data", "{}").description
            #expect(try await Self.offers(["taskdeck", "pa"], shell) == ["pause"])
            #expect(try await Self.offers(["taskdeck", "show", ""], shell).contains(String(id.suffix(6))))
            let states = try await Self.offers(["taskdeck", "ls", "--status", "r"], shell)
            #expect(states == ["running"])
            let types = try await Self.offers(["taskdeck", "add", "--type", "p"], shell)
            #expect(types == ["process_data"])
        }
    }

    private static let shells = [
        ("bash", "exec bash --norc", "source <(taskdeck --generate-completion-script bash)"),
        (
            "zsh", "exec zsh -f",
            "mkdir f; taskdeck --generate-completion-script zsh >f/_taskdeck; fpath=($PWD/f $fpath); "
                + "autoload -Uz compinit; compinit -u -D"
        ), ("fish", "exec fish --no-config", "taskdeck --generate-completion-script fish | source"),
    ]

    /// Those that are installed.
    private static let installedShells = shells.filter { access("/usr/bin/\($0.0)", X_OK) == 0 }

    @Test("pressing Tab in a shell completes verbs, ids, types, states and programs", arguments: installedShells)
    func keys(name: String, start: String, setUp: String) async throws {
        try await Shell.run { shell in
            let id = try await shell.service.createTask("process_data", "{}").description
            let directory = BuiltProducts.taskdeck.removingLastComponent().string
            let home = shell.state.appending("home").string
            let environment: [String: String?] = [
                "TASKDECK_URL": shell.socket, "PATH": "\(directory):/usr/bin:/bin", "HOME": home,
                "PROMPT": "ready> ", "PS1": "ready> ",
            ]
            try await TerminalSession.run(environment: environment) { terminal in
                try await terminal.enter("mkdir '\(home)'; cd '\(home)'; \(start)")
                try await terminal.enter("\(setUp); echo set '&' ready")
                try await terminal.waitForText("set & ready")
                for (typed, completed) in [
                    ("pau", "pause"), ("show \(id.suffix(6).prefix(4))", "show \(id.suffix(6))"),
                    ("add -t proc", "add -t process_data"), ("ls --status fa", "ls --status failed"),
                    ("run -- lsb_rel", "run -- lsb_release"),
                ] {
                    try await terminal.type("taskdeck \(typed)")
                    try await terminal.press("Tab")
                    try await terminal.waitForText("taskdeck \(completed)")
                    try await terminal.press("C-c")
                    try await terminal.enter("clear")
                }
            }
        }
    }

    @Test(
        "zsh and fish are offered scripts, and ids with what they are",
        arguments: [("zsh", ":"), ("fish", "\t")])
    func others(name: String, separator: String) async throws {
        try await Shell.run { shell in
            let id = try await shell.service.createTask("process_data", "{}")
            let script = try await shell("--generate-completion-script", name)
            #expect(script.isSuccess)
            #expect(script.text.contains("---completion"))
            let offers = try await shell(
                "---completion", "show", "--", "positional@0", "1", "0", "show", "",
                environment: ["SAP_SHELL": name, "SAP_SHELL_VERSION": "5"])
            #expect(offers.output.first?.hasPrefix("\(id.description.suffix(6))\(separator)") == true, "\(offers)")
        }
    }

    @Test("without a service nothing is offered, and nothing is said")
    func withoutService() async throws {
        let result = try await Shell.result(
            of: BuiltProducts.taskdeck, ["---completion", "show", "--", "positional@0", "1", "0", "show", ""],
            ["TASKDECK_URL": "unix:/nowhere/api.sock", "SAP_SHELL": "bash"])
        #expect(result.text.isEmpty)
        #expect(result.errors.isEmpty)
    }
}
