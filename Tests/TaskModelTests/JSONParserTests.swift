import JSON
import TestSupport
import Testing

@Suite("Reading JSON")
struct JSONParserTests {
    @Test(
        "JSON is read",
        arguments: [
            ("null", nil), (" true ", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .wideInteger("9223372036854775808")),
            ("-9223372036854775809", .wideInteger("-9223372036854775809")), ("1.5", 1.5), ("5.0", 5), ("1e3", 1000),
            ("1E-2", 0.01),
            ("1e+300", 1e300), ("-2.5e-1", -0.25), ("1e30", 1e30),
            ("12345678901234567890123", .wideInteger("12345678901234567890123")),
            (#""""#, ""), (#""aü😀""#, "aü😀"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u0041\u00fc\uD83D\uDE00\u0000""#, "Aü😀\0"), ("[]", []), ("[ 1 , [ ] , {} ]", [1, [], [:]]),
            ("\t{\"a\" : 1,\r\n\"b\":[null]} ", ["a": 1, "b": [nil]]), ("\"\u{7F}\"", "\u{7F}"),
        ] as [(String, JSONValue)])
    func read(text: String, value: JSONValue) throws {
        #expect(try JSONParser.parse(text.utf8) == value)
    }

    @Test(
        "text that is not JSON is refused with the position of the error",
        arguments: [
            ("", 0), ("  ", 2), ("nul", 0), ("nulll", 4), ("True", 0), ("NaN", 0), ("Infinity", 0), ("-Infinity", 1),
            ("'a'", 0), ("{", 1), ("[", 1), ("[1,]", 3), ("[1", 2), ("[1 2]", 3), ("[,1]", 1), ("{\"a\":1,}", 7),
            ("{a:1}", 1), ("{\"a\" 1}", 5), ("{\"a\":}", 5), ("{\"a\":1 \"b\":2}", 7), ("1 2", 2), ("{} {}", 3),
            (#"{"é":1,"e\u0301":2,"é":3}"#, 20),
            ("]", 0),
            ("01", 0), ("-01", 1), ("1.", 2), (".5", 0), ("+1", 0), ("1e", 2), ("1e+", 3), ("-", 1), ("0x10", 1),
            ("1e999", 0),
            ("\"", 1), ("\"a", 2), ("\"\u{1}\"", 1), ("\"\n\"", 1), (#""\x""#, 2), (#""\u12""#, 2), (#""\u12G4""#, 2),
            (#""\ud800""#, 2), (#""\udc00""#, 2), (#""\ud800\u0041""#, 2), (#""\ud800x""#, 2), (#"{"a":1,"a":2}"#, 7),
            ("/* c */ 1", 0), ("\u{FEFF}1", 0),
        ])
    func refused(text: String, offset: Int) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(text.utf8) }
        #expect(error?.offset == offset)
    }

    @Test(
        "a string that is not UTF-8 is refused",
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x9F]] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([0x22] + bytes + [0x22]) }
    }

    @Test(
        "whole numbers are written as they were read, however long",
        arguments: ["18446744073709551615", "-9223372036854775809", "340282366920938463463374607431768211456"])
    func exactIntegers(text: String) throws {
        #expect(try JSONParser.parse(text.utf8).jsonText == text)
    }

    @Test("a byte order mark is named")
    func byteOrderMark() {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONParser.parse("\u{FEFF}{}".utf8) }
        #expect(error?.reason.contains("byte order mark") == true)
    }

    @Test("names that look the same and differ by their bytes are two members, which both are kept")
    func names() throws {
        let text = #"{"e\u0301":1,"\u00e9":2,"\u212a":3,"K":4}"#
        let value = try JSONParser.parse(text.utf8)
        #expect(value.members?.count == 4)
        #expect(value.jsonText == "{\"K\":4,\"e\u{301}\":1,\"\u{E9}\":2,\"\u{212A}\":3}")
        #expect(value["K"] == 4)
        #expect(value["\u{E9}"] == 2)
        #expect(value["e\u{301}"] == 1)
    }

    @Test("texts that look the same and differ by their bytes are different")
    func texts() {
        let (composed, decomposed): (JSONValue, JSONValue) = ("\u{E9}", "e\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect([composed] as JSONValue != [decomposed])
        #expect(["x": composed] as JSONValue != ["x": decomposed])
    }

    @Test("only members with certain names are read, at any depth")
    func keeping() throws {
        let text =
            #"{"a":{"b":1,"x":[{"b":"A"}]}, "y" : {"a":[1, 2.50,"\"a\":1"]},"\u0061b":0,"list":[{"a":2},{"c":3}]}"#
        let value = try JSONCoding.decode(JSONValue.self, from: text.utf8, keeping: ["a", "ab", "b", "list"])
        #expect(value == ["a": ["b": 1], "ab": 0, "list": [["a": 2], [:]]])
    }

    @Test(
        "what is wrong in members that are not read is found",
        arguments: [#"{"x":tru}"#, #"{"x":1 "a":2}"#, #"{"x":[1,]}"#])
    func brokenMembers(text: String) {
        #expect(throws: JSONSyntaxError.self) {
            try JSONCoding.decode(JSONValue.self, from: text.utf8, keeping: ["a"])
        }
    }

    @Test("a NUL is no white space")
    func nul() {
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse("1\0".utf8) }
    }

    @Test("nesting is followed to the limit and not beyond")
    func nesting() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONParser.parse(nested(JSONParser.depthLimit).utf8)
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(nested(JSONParser.depthLimit + 1).utf8) }
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(String(repeating: "[", count: 1_000_000).utf8) }
    }

    @Test("what is read can be written and read again", arguments: 0..<200)
    func roundTrip(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let value = Self.value(depth: 4, &random)
        let text = JSONCoding.encode(value)
        #expect(try JSONParser.parse(text) == value)
        #expect(try JSONCoding.decode(JSONValue.self, from: text) == value)
    }

    private static func value(depth: Int, _ random: inout some RandomNumberGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: nil
        case 1: .bool(.random(using: &random))
        case 2: .integer(.random(in: .min ... .max, using: &random))
        case 3: .number(.random(in: -1...1, using: &random))
        case 4:
            .string(
                String(
                    (0..<Int.random(in: 0..<9, using: &random)).map { _ in
                        "a\"\\\n\0üé😀/".randomElement(using: &random) ?? "x"
                    }))
        case 5: .array((0..<3).map { _ in value(depth: depth - 1, &random) })
        default: .object(["x": value(depth: depth - 1, &random), "ü\"": value(depth: depth - 1, &random)])
        }
    }
}
