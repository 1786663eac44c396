import ServiceConfiguration
import Testing

@Suite("Problems of configuration files")
struct ProblemTests {
    private static func problems(_ text: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try ConfigurationTests.read(text)
            return []
        } catch {
            return error.lines
        }
    }

    @Test("all problems are reported at once, in the order of the file, each with what would be right")
    func golden() {
        let text = """
            typs: {}
            flags:
              prot: 1
              no-ui: yes
              port: [1]
            types:
              command: {command: [x]}
              7up: {command: [x]}
              none:
              list: []
              noCommand: {description: x}
              bad:
                comand: [x]
                command: rsync -a
                description: [x]
                cwd: src
                env: {A=B: x, C: , D: "{nope}"}
                stop_signal: TERM
                success_codes: [0, 300, x]
                timeout: 0
                retries: 1.5
                priority: high
              placeholders:
                command: ["{items}", {source}, "x{items}", "{sorce}", "{", sh, -c, "rm {source}"]
                cwd: "{note}"
                env: {E: "{items}"}
                fields:
                  source: {type: path}
                  items: {type: list, required: false}
                  note: {type: string, required: false}
              fields:
                command: [x]
                fields:
                  a b: {type: string}
                  b: {}
                  c: {type: strng}
                  d: {type: choice}
                  e: {type: choice, options: []}
                  f: {type: choice, options: [a, a], default: b}
                  g: {type: integer, min: 5, max: 1}
                  h: {type: integer, max: 5, default: 9}
                  i: {type: boolean, default: yes, min: 1}
                  j: {type: string, required: true, default: x, max: -1}
                  k: {type: list, default: x, colour: red}
                  l: {type: number, default: 1e999, options: [a], pattern: x}
                  m: {type: path, default: ""}
                  n: string
            """
        let expected = """
            c.yaml:1:1: 'typs' is not known in the file; did you mean 'types'?
            c.yaml:3:3: there is no flag 'prot' that can stand in a file; did you mean 'port'?
            c.yaml:4:10: 'no-ui' must be true or false, not 'yes'
            c.yaml:5:9: 'port' must be a text, not a list; quotes make a text of anything
            c.yaml:7:3: 'command' is the name of a built-in type; choose another name
            c.yaml:8:3: '7up' is no name for a type; it must have 1 to 64 letters, digits, '_' and '-', the first one a letter
            c.yaml:9:8: the type 'none' is empty; it needs a 'command', such as {command: [rsync, "{source}"], fields: {source: {type: path}}}
            c.yaml:10:9: the type 'list' must be a mapping such as {command: [rsync, "{source}"], fields: {source: {type: path}}}, not a list
            c.yaml:11:14: the type 'noCommand' has no 'command'; write one, such as [rsync, "{source}"]
            c.yaml:13:5: 'comand' is not known in the type 'bad'; did you mean 'command'?
            c.yaml:14:14: 'command' must be a list of arguments such as [rsync, -a, "{source}", "{target}"], not 'rsync -a'; for a shell, write [sh, -c, 'cd "$1" && make', sh, "{source}"]
            c.yaml:15:18: 'description' must be a text, not a list; quotes make a text of anything
            c.yaml:16:10: 'cwd' must be an absolute path, which begins with '/', not 'src'
            c.yaml:17:11: the variable 'A=B' must be a name without '=' and NUL
            c.yaml:17:22: 'C' is empty; write a text, or "" for an empty one
            c.yaml:17:27: 'D' names no field with {nope}; declare it under 'fields', or write '{{' for a brace itself
            c.yaml:18:18: 'stop_signal' must be the name of a signal, not 'TERM'; did you mean 'SIGTERM'?
            c.yaml:19:24: 'success_codes' must be a whole number between 0 and 255, not '300'
            c.yaml:19:29: 'success_codes' must be a whole number between 0 and 255, not 'x'
            c.yaml:24:15: 'command' has {items}, a list, which cannot stand here, where one value is needed
            c.yaml:24:26: 'command' has {source} without quotes, a mapping to YAML; write "{source}"
            c.yaml:24:36: 'command' has {items}, a list, which must be an argument of its own, without other text
            c.yaml:24:48: 'command' names no field with {sorce}; did you mean {source}?
            c.yaml:24:59: 'command' has '{', which begins a placeholder such as {input}; write '{{' for a brace itself
            c.yaml:24:72: 'command' has {source} in code, where what a value contains would run; in a script of a shell, write "$1", and after the script: sh, "{source}"
            c.yaml:25:10: 'cwd' needs a value of {note}; make that field required, or give it a default
            c.yaml:26:14: 'E' has {items}, a list, which cannot stand in an environment variable
            c.yaml:34:7: 'a b' is no name for a field; it must have 1 to 64 letters, digits, '_' and '-', the first one a letter
            c.yaml:35:10: the field 'b' has no 'type'; write one of string, integer, number, boolean, choice, path, list
            c.yaml:36:17: 'strng' is no type of a field; did you mean 'string'?
            c.yaml:37:17: a choice has no 'options'; write a list such as [low, high]
            c.yaml:38:34: 'options' is an empty list; write some, such as [low, high]
            c.yaml:39:34: 'options' has an option twice; keep one
            c.yaml:39:51: 'default' must be one of a, a, not 'b'
            c.yaml:40:31: 'min' is 5, more than 'max', which is 1; no value is both
            c.yaml:41:43: 'default' must be at most 5, not 9
            c.yaml:42:35: 'default' must be true or false, not 'yes'
            c.yaml:42:45: 'min' does not belong here: a boolean has none; remove it
            c.yaml:43:50: a required field needs no 'default'; remove it, or 'required'
            c.yaml:43:58: 'max' must be a whole number between 0 and 1000000, not '-1'
            c.yaml:44:32: 'default' must be a list such as [a, b], not 'x'
            c.yaml:44:35: 'colour' is not known in the field 'k'; keys are default, description, max, min, options, pattern, required, type
            c.yaml:45:34: 'default' must be a number, such as 2.5, not '1e999'
            c.yaml:45:50: 'options' does not belong here: only a choice has them; remove it
            c.yaml:45:64: 'pattern' does not belong here: only string, path and list have one; remove it
            c.yaml:46:32: 'default' must be a path, but is empty
            c.yaml:47:10: the field 'n' must be a mapping such as {type: string}, not 'string'
            """
        #expect(Self.problems(text).joined(separator: "\n") == expected)
    }

    @Test(
        "a text that is no YAML has a problem where the parser stops",
        arguments: [
            ("types:\n\ta: 1", "c.yaml:2:1:", "indent by spaces, not by tabs"),
            ("a: b: c", "c.yaml:1:5:", "needs quotes"),
            ("a: [1, 2", "c.yaml:2:1:", "check the indentation, brackets and quotes"),
            ("a: 'x", "c.yaml:1:6:", "close the bracket or quote that is open"),
            ("a: @x", "c.yaml:1:4:", "needs quotes"),
            ("a: *nothing", "c.yaml:1:4:", "define it before by '&name'"),
            ("a: &a [*a]", "c.yaml:1:8:", "define it before by '&name'"),
            ("types: {}\n---\nflags: {}", "c.yaml:2:1:", "keep one"),
            ("types: {}\ntypes: {}", "c.yaml:1:1:", "keep one"),
            ("types:\n  a: {command: [x]}\n  \"a\": {command: [y]}", "c.yaml:2:3:", "keep one"),
            ("a: \"\u{1}\"", "c.yaml:1:5:", "remove that character"),
            ("types:\n  a: \u{7}", "c.yaml:2:6:", "remove that character"),
            ("just a text", "c.yaml:1:1:", "must be a mapping such as"),
            ("- a", "c.yaml:1:1:", "must be a mapping such as"),
            ("? [a]\n: b", "c.yaml:1:3:", "must be a name, not a list"),
            ("types: x", "c.yaml:1:8:", "must be a mapping such as"),
            ("types: {a: {command: [x], fields: [b]}}", "c.yaml:1:35:", "must be a mapping such as"),
        ])
    func syntax(text: String, place: String, advice: String) {
        let lines = Self.problems(text)
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix(place) == true, "\(lines)")
        #expect(lines.first?.contains(advice) == true, "\(lines)")
    }

    @Test(
        "a file that is not UTF-8 has a problem at its first wrong byte",
        arguments: [
            ([0xFF, 0xFE, 0x61, 0x00], "c.yaml:1:1:"), (Array("a: ü\nb: ".utf8) + [0xFC], "c.yaml:2:4:"),
            (Array("a: ".utf8) + [0xE2, 0x82], "c.yaml:1:4:"), ([0xEF, 0xBB, 0xBF, 0x61, 0x80], "c.yaml:1:2:"),
        ] as [([UInt8], String)])
    func encoding(content: [UInt8], place: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationReader.read(content, file: "c.yaml", flags: [:])
        }
        #expect(error?.lines.count == 1)
        #expect(error?.description.hasPrefix(place) == true, "\(error?.description ?? "")")
        #expect(error?.description.hasSuffix("save it as UTF-8") == true)
    }

    @Test(
        "a value is neither the program nor code",
        arguments: [
            #"["{x}"]"#, #"["/opt/{x}", a]"#, #"[sh, "{x}"]"#, #"[sh, "-{x}", a]"#, #"[env, sh, -c, "ls {x}"]"#,
            #"[bash, -euo, pipefail, -c, "ls {x}"]"#, #"[perl, -e, "{x}"]"#,
        ])
    func code(command: String) {
        let lines = Self.problems("types: {a: {command: \(command), fields: {x: {type: string}}}}")
        #expect(lines.count == 1)
        #expect(lines.first?.contains("{x}") == true, "\(lines)")
    }

    @Test("problems cannot write to a terminal as they like")
    func visible() {
        #expect(
            Self.problems("\"a\\e[31m\": 1") == [
                "c.yaml:1:1: 'a\\u{1B}[31m' is not known in the file; keys are flags, types"
            ])
    }
}
