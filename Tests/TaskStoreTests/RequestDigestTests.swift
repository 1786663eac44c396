import GRDB
import TaskControl
import TaskModel
import TestSupport
import Testing

@testable import TaskStore

@Suite("What is stored of requests with keys")
struct RequestDigestTests {
    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    // From FIPS 180-4's examples, and `sha256sum`.
    @Test(
        "SHA-256 has the values of the standard",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ])
    func values(message: String, digest: String) {
        #expect(Self.hexadecimal(SHA256.digest(of: Array(message.utf8))) == digest)
    }

    @Test("the text of a request is not stored, but counts; keys of earlier versions are still known")
    func store() async throws {
        let store = try TaskStore(nil)
        var maker = RecordMaker()
        let now = ServiceClock().now.wall
        let records = maker.queued(2).map { record in
            var record = record
            record.createdAt = now
            return record
        }
        let key = try #require(IdempotencyKey("key"))
        let request = #"{"env":{"PASSWORD":"s3cret"}}"#
        try await store.running { () async throws in
            #expect(try await store.add(records[0], .init(key: key, request: request)) == .added)
            let stored = try await store.database.read { db in
                try String.fetchAll(db, sql: "SELECT request FROM idempotency_key")
            }
            #expect(stored.count == 1)
            #expect(stored.first?.hasPrefix("sha256:") == true)
            let other = request.replacing("s3cret", with: "other")
            #expect(try await store.add(records[1], .init(key: key, request: request)) == .known(records[0].id))
            #expect(try await store.add(records[1], .init(key: key, request: other)) == .keyReused(key))
            try await store.database.write { db in
                try db.execute(sql: "UPDATE idempotency_key SET request = ?", arguments: [request])
            }
            #expect(try await store.add(records[1], .init(key: key, request: request)) == .known(records[0].id))
            #expect(try await store.add(records[1], .init(key: key, request: other)) == .keyReused(key))
        }
    }
}
