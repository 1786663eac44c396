import JSON
import ServiceConfiguration
import TaskModel
import TaskTypes
import Testing

@Suite("Configuration files")
struct ConfigurationTests {
    static let flags: [String: ConfiguredFlag.Kind] = ["port": .value, "log-level": .value, "no-ui": .toggle]

    static func read(_ text: String) throws(ConfigurationError) -> ConfigurationContent {
        try ConfigurationReader.read(Array(text.utf8), file: "c.yaml", flags: flags)
    }

    @Test("a whole file declares types and flags")
    func whole() throws {
        let configuration = try Self.read(
            """
            # What this machine does.
            flags:
              port: 8080
              log-level: debug
              no-ui: true
            types:
              encode:
                description: Encodes a video
                command: [ffmpeg, -i, "{input}", "-crf={quality}", "{extra}", "{output}"]
                cwd: /srv/video
                env:
                  NUMBER: 0x10
                  SWITCH: no
                  TIME: 1:30
                  VERSION: 3.10
                  QUALITY: "{quality}"
                stop_signal: SIGINT
                success_codes: [0, 3]
                progress: none
                timeout: 3600
                retries: 2
                priority: -5
                fields:
                  input: {type: path, required: true, description: the video}
                  output: {type: path}
                  quality: {type: integer, default: 23, min: 0, max: 51}
                  speed: {type: number, default: 1.5, min: 0.5}
                  codec: {type: choice, options: [x264, 265, no], default: no}
                  title: {type: string, required: false, max: 20}
                  version: {type: string, default: 3.10}
                  fast: {type: boolean, default: false}
                  extra: {type: list, default: [-an, 1:30, yes], max: 9}
              backup:
                command:
                  - rsync
                  - -a
                  - --delete
            """)
        #expect(configuration.flags.map(\.arguments) == [["--port=8080"], ["--log-level=debug"], ["--no-ui"]])
        #expect(
            configuration.flags.map(\.position) == [
                Position(line: 3, column: 9), Position(line: 4, column: 14), Position(line: 5, column: 10),
            ])
        #expect(configuration.types.map(\.name) == ["encode", "backup"])
        let registry = TaskTypeRegistry(declared: configuration.types)
        let encode = try registry.check(
            TaskDraft(type: "encode", data: ["input": "a.mp4", "output": "b.mp4"]))
        #expect(
            encode.program
                == Program(
                    arguments: ["ffmpeg", "-i", "a.mp4", "-crf=23", "-an", "1:30", "yes", "b.mp4"],
                    directory: "/srv/video",
                    environment: [
                        "PATH": ProgramDefaults.path, "HOME": "/", "NUMBER": "0x10", "SWITCH": "no", "TIME": "1:30",
                        "VERSION": "3.10", "QUALITY": "23",
                    ], stopSignal: .int, successCodes: [0, 3], progress: .none))
        #expect(encode.options.timeout == 3600)
        #expect([encode.options.retries, encode.options.priority] == [2, -5])
        let fields = configuration.types[0].fields
        #expect(
            fields.map(\.name) == [
                "input", "output", "quality", "speed", "codec", "title", "version", "fast", "extra",
            ])
        #expect(fields[0].summary == "the video")
        #expect(fields[1].presence == .required)
        #expect(fields[4].kind == .choice(["x264", "265", "no"]))
        #expect(fields[4].presence == .fallback("no"))
        #expect(fields[5].presence == .optional)
        #expect(fields[6].presence == .fallback("3.10"))
        let backup = try registry.check(TaskDraft(type: "backup", data: nil))
        #expect(backup.program?.arguments == ["rsync", "-a", "--delete"])
        #expect(backup.program?.stopSignal == .term)
    }

    @Test(
        "an empty file declares nothing",
        arguments: [
            "", "\n", "# only a comment\n", "---\n", "{}", "types:\nflags:\n", "types: {}", "~", "\u{FEFF}types: {}",
        ])
    func empty(text: String) throws {
        #expect(try Self.read(text) == ConfigurationContent())
    }

    @Test("a toggle that is off is no argument")
    func toggle() throws {
        #expect(try Self.read("flags: {no-ui: false}").flags.map(\.arguments) == [[]])
    }

    @Test("a byte order mark, Windows line ends and texts of several lines are read")
    func texts() throws {
        let text =
            "\u{FEFF}types:\r\n  a:\r\n    command: [sh, -c, 'echo \"$1\"', sh, \"{t}\"]\r\n"
            + "    fields: {t: {type: string, default: \"ü\"}}\r\n"
        #expect(try Self.read(text).types.map(\.name) == ["a"])
        let folded = try Self.read(
            "types:\n  a:\n    command:\n      - echo\n      - |\n        one\n        two\n      - ''\n")
        let task = try TaskTypeRegistry(declared: folded.types).check(TaskDraft(type: "a", data: nil))
        #expect(task.program?.arguments == ["echo", "one\ntwo\n", ""])
    }

    @Test("anchors are repeated, and merged where the mapping has no value of its own")
    func anchors() throws {
        let types = try Self.read(
            """
            types:
              first: &base
                command: [&program rsync, "{source}"]
                timeout: 60
                retries: 1
                fields: &fields {source: &path {type: path}}
              second:
                <<: *base
                retries: 2
              third:
                command: [*program, "{source}", "{target}"]
                fields: {<<: *fields, target: *path}
              fourth: {<<: [{priority: 1, timeout: 9}, *base]}
            """
        ).types
        #expect(types.map(\.name) == ["first", "second", "third", "fourth"])
        #expect(types[1].template == types[0].template)
        #expect(types.map(\.options.retries) == [1, 2, 0, 1])
        #expect(types.map(\.options.timeout) == [60, 60, nil, 9])
        #expect(types[2].fields.map(\.name).sorted() == ["source", "target"])
    }

    @Test("mappings that copy each other often are rejected")
    func copies() {
        var text = "types:\n  t0: &t0 {command: [x]}\n"
        for level in 1...20 {
            text += "  t\(level): &t\(level) {<<: [*t\(level - 1), *t\(level - 1), *t\(level - 1)]}\n"
        }
        let error = #expect(throws: ConfigurationError.self) { try Self.read(text) }
        #expect(error?.description.contains("repeat less") == true)
    }

    @Test("what aliases repeat often takes no time")
    func aliases() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...40 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let error = #expect(throws: ConfigurationError.self) { try Self.read(text + "types: *a40\n") }
        #expect(error?.problems.count == 42)
    }

    @Test("a file of the largest size is read, a larger one is not")
    func huge() throws {
        var text = "types:\n"
        for number in 0..<2000 { text += "  t\(number): {command: [x]}\n" }
        text += String(repeating: "#\n", count: (ConfigurationReader.sizeLimit - text.utf8.count) / 2)
        #expect(try Self.read(text).types.count == 2000)
        let error = #expect(throws: ConfigurationError.self) { try Self.read(text + "# one more") }
        #expect(error?.lines == ["c.yaml:1:1: the file is larger than 1048576 bytes; it must be smaller"])
    }

    @Test("deep nesting is rejected", arguments: ["[", "{a: ", "- ", "? "])
    func deep(opening: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try Self.read(String(repeating: opening, count: 100_000))
        }
        #expect(error?.description.contains("nest less deeply") == true, "\(error?.description ?? "")")
    }
}
