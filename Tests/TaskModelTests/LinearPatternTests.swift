import Testing

@testable import TaskModel

@Suite("Patterns in linear time")
struct LinearPatternTests {
    private static let matches: [(String, String, [String?]?)] = [
        ("", "abc", [""]), ("b", "abc", ["b"]), ("^b", "abc", nil), ("^a", "abc", ["a"]), ("c$", "abc", ["c"]),
        ("^$", "", [""]), ("a.c", "a\nc", nil), ("a[^x]c", "a\nc", ["a\nc"]), (".", "é", ["é"]), ("^.$", "😀", ["😀"]),
        ("a|b|cd", "xcd", ["cd"]), ("a|ab", "ab", ["a"]), ("(a|ab)(c|bcd)(d*)", "abcd", ["abcd", "a", "bcd", ""]),
        ("a*", "baa", [""]), ("a+", "baa", ["aa"]), ("a+?", "baa", ["a"]), ("a??b", "ab", ["ab"]),
        ("<.*>", "<a><b>", ["<a><b>"]), ("<.*?>", "<a><b>", ["<a>"]),
        ("a{2}", "aaa", ["aa"]), ("a{2,}", "aaaa", ["aaaa"]), ("a{1,2}", "aaa", ["aa"]), ("a{1,2}?", "aaa", ["a"]),
        ("a{0}b", "ab", ["b"]), ("x{,2}", "x{,2}", ["x{,2}"]), ("{a", "{a", ["{a"]), ("a{b}", "a{b}", ["a{b}"]),
        ("(\\d+)%", "at 45% now", ["45%", "45"]), ("(\\d+)/(\\d+)", "[3/10]", ["3/10", "3", "10"]),
        ("(a)|(b)", "b", ["b", nil, "b"]), ("(?:a(b))+", "abab", ["abab", "b"]), ("(a*)*", "b", ["", nil]),
        ("(a*)+", "aa", ["aa", "aa"]), ("x\\b", "ax", ["x"]),
        ("[a-c]+", "xabcd", ["abc"]), ("[]a]+", "]a", ["]a"]), ("[^]a]", "]ab", ["b"]), ("[a-]+", "-a", ["-a"]),
        ("[\\d.]+", "v1.2", ["1.2"]), ("[\\]\\\\]+", "]\\", ["]\\"]), ("[^\\s]+", "  ab ", ["ab"]),
        ("[ä-ü]", "ö", ["ö"]),
        ("\\w+\\W\\s\\S", "ab! x", ["ab! x"]), ("\\D", "1a", ["a"]), ("\\t\\n\\r", "\t\n\r", ["\t\n\r"]),
        ("\\bfoo\\b", "a foo b", ["foo"]), ("\\bfoo\\b", "afoo", nil), ("\\Boo", "foo", ["oo"]),
        ("\\.\\*\\/\\-", ".*/-", [".*/-"]), ("\\(\\)", "()", ["()"]),
        ("((((a))))", "a", ["a", "a", "a", "a", "a"]), ("a||b", "b", [""]),
    ]

    @Test("a pattern matches as in Perl", arguments: matches)
    func match(pattern: String, text: String, groups: [String?]?) throws {
        #expect(try LinearPattern(pattern).firstMatch(in: text)?.groups == groups)
    }

    @Test(
        "what cannot be matched in linear time, or is no pattern, is refused where it is",
        arguments: [
            ("(a)\\1", "'\\1' is not supported, at character 4"),
            ("a(?=b)", "'(?' is followed by ':' only: lookaround, names and flags are not supported, at character 2"),
            ("(?i)a", "'(?' is followed by ':' only: lookaround, names and flags are not supported, at character 1"),
            ("(?<n>a)", "'(?' is followed by ':' only: lookaround, names and flags are not supported, at character 1"),
            ("(?>a)", "'(?' is followed by ':' only: lookaround, names and flags are not supported, at character 1"),
            ("a++", "a repetition cannot be repeated without a group, at character 3"),
            ("*a", "'*' has nothing to repeat, at character 1"), ("a|?", "'?' has nothing to repeat, at character 3"),
            ("({2})", "'{' has nothing to repeat, at character 2"),
            ("(a", "a '(' without its ')', at character 1"), ("a)", "a ')' without its '(', at character 2"),
            ("[a", "a '[' without its ']', at character 1"),
            ("[b-a]", "a range in a class has no order, at character 2"),
            ("[\\d-z]", "a range in a class has no order, at character 2"),
            ("[[:alpha:]]", "'[:' in a class is not supported, at character 2"),
            ("\\", "a '\\' at the end, at character 1"), ("\\p{L}", "'\\p' is not supported, at character 1"),
            ("a{3,2}", "the repetition's limits are the wrong way round, at character 2"),
            ("a{1001}", "nothing is repeated more than 1000 times, at character 2"),
            ("(a{100}){100}", "the pattern repeats too much"),
            ("^*", "an assertion cannot be repeated, at character 2"),
            (
                String(repeating: "(", count: 51) + String(repeating: ")", count: 51),
                "there are more than 20 groups, at character 21"
            ),
            (String(repeating: "(?:", count: 51), "groups are nested more than 50 deep, at character 154"),
            (String(repeating: "a", count: 1001), "a pattern has at most 1000 characters"),
        ])
    func refusal(pattern: String, reason: String) {
        let error = #expect(throws: PatternError.self) { try LinearPattern(pattern) }
        #expect(error?.description == reason)
    }

    @Test(
        "patterns that take other matchers ages take a number of steps that grows with the text",
        arguments: [
            "(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a?){30}a{30}b", "(.*a){10}b",
            "(\\d+)%.*(\\d+)%.*$", "((a*)*)*c",
        ])
    func work(pattern: String) throws {
        let pattern = try LinearPattern(pattern)
        var steps: [Int] = []
        for length in [500, 1000, 2000] {
            var count = 0
            _ = pattern.firstMatch(in: String(repeating: "a", count: length), steps: &count)
            steps.append(count)
        }
        // Twice the text is twice the work, and a tenth for the beginning.
        #expect(steps[1] <= steps[0] * 22 / 10 && steps[2] <= steps[1] * 22 / 10, "\(steps)")
        #expect(steps[2] <= 2001 * 2 * LinearPattern.programLimit)
    }

    @Test("a long line takes a few steps a character")
    func longLine() throws {
        var steps = 0
        let text = String(repeating: "a", count: 100_000) + "!"
        #expect(try LinearPattern("(a+)+$").firstMatch(in: text, steps: &steps) == nil)
        #expect(steps < 20 * text.utf8.count)
    }

    @Test(
        "a pattern for progress has one group or two",
        arguments: [
            ("(\\d+)%", "done 45%", TaskProgress(done: 45, total: 100)),
            ("([\\d.]+)%", "45.5%", TaskProgress(done: 45, total: 100, fraction: 0.455)),
            ("(\\d+) of (\\d+)", "3 of 4 done", TaskProgress(done: 3, total: 4)),
            ("(\\d+) of (\\d+)", "5 of 4", nil), ("(\\d+) of (\\d+)", "0 of 0", nil), ("(\\d+)%", "101%", nil),
            ("(.*)%", "-5%", nil), ("(x)", "x", nil), ("(\\d*),(\\d+)", ",5", nil), ("(\\d+)%", "nothing", nil),
            ("(\\d+)", "99999999999999999999", nil), ("(1)|(2)", "2", nil),
        ] as [(String, String, TaskProgress?)])
    func progress(pattern: String, line: String, progress: TaskProgress?) throws {
        #expect(try ProgressPattern(pattern).progress(in: line) == progress)
    }

    @Test("a pattern without a group, or with three, reports no progress", arguments: ["\\d+%", "(a)(b)(c)", "(?:a)"])
    func groups(pattern: String) {
        #expect(throws: PatternError.self) { try ProgressPattern(pattern) }
    }
}
