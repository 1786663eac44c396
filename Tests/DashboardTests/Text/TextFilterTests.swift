import Testing

@testable import Dashboard

@Suite("Filters")
struct TextFilterTests {
    @Test(
        "all words must occur, and none of those after a !, in any case",
        arguments: [
            ("", "anything", true), ("  ", "anything", true), ("thing ANY", "anything", true),
            ("any other", "anything", false), ("!any", "anything", false), ("!other", "anything", true),
            ("thing !other", "anything", true), ("thing !any", "anything", false), ("!", "anything", true),
            ("! thing", "anything", true), ("thing !", "anything", true), ("!!", "what!", false),
            ("a!b", "xa!by", true), ("é", "cafe\u{301}", true), ("e", "café", false), ("界", "世界", true),
            ("!界", "世界", false), ("ÄRGER", "ärger", true), ("x", "", false), ("!x", "", true),
            ("aab", "aaab", true), ("failed", "faile", false),
        ])
    func words(filter: String, text: String, matches: Bool) {
        #expect(TextFilter(filter).matches(text) == matches)
    }
}
