import JSON
import TestSupport
import Testing
import WorkerProtocol

@Suite("JSON values as text")
struct JSONTextTests {
    @Test(
        "however a value was written, its text is the one that is written of it",
        arguments: [
            "null", " true ", "0", "-0", "007", "-7", "5.0", "5e0", "1.50", "1.5", "1E300", "1e+300",
            "123456789012345678",
            "9223372036854775807", "9223372036854775808", #""""#, #""a\/b""#, #""a\"b\\\n""#, #""A\u0001""#, #""ü😀""#,
            "[]", "[ ]", "[1,2]", "[1, 2]", "[1,]", "[1 2]", "{}", #"{"a":1,"b":[{"c":null}]}"#, #"{"b":1,"a":2}"#,
            #"{"a":1,"a":2}"#, #"{"a" :1}"#, #"{"a":1"#, #"{"é":1,"z":2}"#, #"{"z":2,"é":1}"#, "\"\u{1}\"", #""\x""#,
            "tru",
            "nul", "-", "1.", "", #""open"#, #"{"a":1,}"#,
        ])
    func canonical(text: String) {
        let line = #"{"result":\#(text),"event":"completed"}"#
        let tree = try? JSONCoding.decode(JSONValue.self, from: line.utf8)
        let update = try? JSONCoding.decode(WorkerUpdate.self, from: line.utf8)
        #expect(update == tree?["result"].map { .outcome(.completed(JSONText($0))) })
    }

    @Test("bytes that are no UTF-8 are refused in text, too")
    func notUTF8() {
        let line = Array(#"{"event":"completed","result":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
        #expect(throws: JSONSyntaxError.self) { try JSONCoding.decode(WorkerUpdate.self, from: line) }
    }

    @Test("a member that stays text may not be there twice, nor nested too deep")
    func refused() {
        for line in [
            #"{"event":"completed","result":1,"result":1}"#,
            #"{"event":"completed","result":"# + String(repeating: "[", count: 513)
                + String(repeating: "]", count: 513) + "}",
        ] {
            #expect(throws: JSONSyntaxError.self) { try JSONCoding.decode(WorkerUpdate.self, from: line.utf8) }
        }
    }

    @Test("any value is read back from its text")
    func random() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let value = Self.value(depth: 4, &random)
            let text = JSONText(value)
            #expect(text.value == value)
            #expect(text.string == value.jsonText)
            let record = #"{"event":"completed","result":\#(text.string)}"#
            #expect(try JSONCoding.decode(WorkerUpdate.self, from: record.utf8) == .outcome(.completed(text)))
        }
    }

    private static func value(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0...(depth > 0 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2:
            let integer = Int64.random(in: .min ... .max, using: &random)
            return .random(using: &random) ? .integer(integer) : .wideInteger("\(integer.magnitude)0000000000")
        case 3: return .integer(.random(in: -1000...1000, using: &random))
        case 4: return .number(.random(in: -1...1, using: &random))
        case 5: return .string(["", "a", "\"\\\n\u{1}", "ü😀", "e\u{301}"].randomElement(using: &random) ?? "")
        case 6: return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth - 1, &random) })
        default:
            let names = ["a", "b", "aa", "", "ü", "\"", "Z"].shuffled(using: &random).prefix(3)
            return .object(
                Dictionary(
                    names.map { (JSONName($0), value(depth: depth - 1, &random)) },
                    uniquingKeysWith: { first, _ in first }))
        }
    }
}
