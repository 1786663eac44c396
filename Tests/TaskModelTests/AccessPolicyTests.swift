import HTTPSupport
import TaskModel
import Testing

@Suite("Access to the service")
struct AccessPolicyTests {
    private static let open = AccessPolicy(token: nil, hosts: .loopback(boundName: "Tasks.Example"))

    @Test(
        "A request that names this machine or the bound name is admitted",
        arguments: [
            "127.0.0.1", "127.0.0.1:8000", "127.0.0.1:", "localhost", "localhost:9999", "LOCALHOST:1", "127.1.2.3",
            "127.255.255.255:65536", "127.000.00.0001", "[::1]", "[::1]:8000", "tasks.example", "TASKS.EXAMPLE:80",
        ])
    func ownHost(host: String) {
        #expect(Self.open.refusal(of: .init(host: host)) == nil)
    }

    @Test(
        "A request that names another host is refused, as in DNS rebinding",
        arguments: [
            "evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1",
            "[::2]", "127.0.0.+1", "127.0.0.-0", "127.0.0.\u{661}", "localhost\u{301}", "\u{212A}localhost",
            "127.0.0.1\u{301}", "localhost.", "127.0.0.1.", "127.0.0", "127.0.0.0.1", "127..0.1", ".127.0.0.1",
            "0127.0.0.1", "128.0.0.1", "127.0.0.256", "127.0.0.99999999999999999999", "127.0.0.0x1", "127.1", "127",
            "[::1%lo]", "[::1%25lo]:80", "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:1]", "[127.0.0.1]", "[localhost]", "[]",
            " localhost", "localhost ", "tasks.example.", "user@localhost", "localhost\0",
        ])
    func foreignHost(host: String) {
        #expect(Self.open.refusal(of: .init(host: host))?.code == "foreign_host")
    }

    @Test(
        "A missing or malformed host is refused",
        arguments: [
            nil, "", ":", ":80", "[", "[::1", "a:b", "::1", "::1:80", "127.0.0.1:x", "127.0.0.1:80:80",
            "localhost:8\u{301}", "localhost:\u{301}8", "localhost:+8", "localhost:\u{664}", "localhost:80 ",
            "[::1]\u{301}:8", "[::1]8000", "[::1]]", "[::1].", "::1]", "]:x",
        ])
    func badHost(host: String?) {
        #expect(Self.open.refusal(of: .init(host: host))?.code == "bad_host")
    }

    @Test(
        "Only pages of the same origin are admitted",
        arguments: [
            ("http://127.0.0.1:8000", nil), ("https://127.0.0.1:8000", nil), ("HTTP://127.0.0.1:8000", nil),
            ("http://127.0.0.1:3000", "foreign_origin"), ("ftp://127.0.0.1:8000", "foreign_origin"),
            ("http://evil.example", "foreign_origin"), ("null", "foreign_origin"), ("", "foreign_origin"),
            ("http://127.0.0.1:8000.evil.example", "foreign_origin"),
            ("http://127.0.0.1:8000\u{301}", "foreign_origin"),
        ] as [(String, String?)])
    func origin(origin: String, code: String?) {
        #expect(Self.open.refusal(of: .init(host: "127.0.0.1:8000", origin: origin))?.code == code)
    }

    @Test("A browser's cross-site request is refused, also without an origin")
    func crossSite() {
        #expect(Self.open.refusal(of: .init(host: "localhost", fetchSite: "cross-site"))?.code == "foreign_origin")
        #expect(Self.open.refusal(of: .init(host: "localhost", fetchSite: "none")) == nil)
    }

    @Test(
        "With a token, only requests that have it are admitted",
        arguments: [
            (nil, false), ("Bearer s3cret", true), ("bearer s3cret", true), ("Bearer s3cre", false),
            ("Bearer s3crett", false), ("Bearer ", false), ("Basic s3cret", false), ("s3cret", false),
            ("Bearer S3cret", false),
        ] as [(String?, Bool)])
    func token(authorization: String?, isRight: Bool) throws {
        let token = try #require(AccessToken("s3cret"))
        for hosts in [AccessPolicy.Hosts.any, .loopback(boundName: "localhost")] {
            let problem = AccessPolicy(token: token, hosts: hosts)
                .refusal(of: .init(host: "localhost", authorization: authorization))
            #expect(problem?.code == (isRight ? nil : "unauthorized"))
        }
    }

    @Test("With a token on a reachable address, any host name is admitted")
    func anyHost() throws {
        let token: AccessToken = try #require(AccessToken("x"))
        let policy = AccessPolicy(token: token, hosts: .any)
        #expect(policy.refusal(of: .init(host: "tasks.example", authorization: "Bearer x")) == nil)
    }

    @Test("Text that a header cannot contain is no token", arguments: ["", " ", "a b", "a\nb", "é", "\u{7F}"])
    func noToken(text: String) {
        #expect(AccessToken(text) == nil)
    }

    @Test("Printing a token does not show it")
    func secrecy() throws {
        let token = try #require(AccessToken("s3cret"))
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!"\(token)\(String(reflecting: token))\(dumped)".contains("s3cret"))
    }

    @Test(
        "An address is a loopback address if only this machine can reach it",
        arguments: [
            ("127.0.0.1", true), ("localhost", true), ("::1", true), ("[::1]", true), ("0.0.0.0", false),
            ("::", false), ("192.168.1.1", false), ("127.0.0.1.example", false), ("127.0.0.999", false), ("", false),
            ("127.0.0.+1", false), ("127.+0.0.1", false), ("+127.0.0.1", false), ("127.0.0.1\u{301}", false),
            ("::1%lo", false), ("::ffff:127.0.0.1", false), ("127.0.0.1:80", false), ("localhost.", false),
        ])
    func loopback(name: String, expected: Bool) {
        #expect(AccessPolicy.isLoopback(name) == expected)
    }

    @Test(
        "A content type is accepted if it is JSON or missing",
        arguments: [
            (nil, true), ("application/json", true), ("application/json; charset=utf-8", true),
            ("Application/JSON", true), ("application/problem+json", true), ("text/plain", false), ("", false),
            ("application/x-www-form-urlencoded", false), ("text/json", false),
            ("multipart/form-data; x=application/json", false), ("application/json;\u{301}", true),
            ("application/json\u{301}", false), ("application/\u{212A}+json", true), ("application /json", false),
        ] as [(String?, Bool)])
    func contentType(type: String?, expected: Bool) {
        #expect(MediaType.mayBeJSON(type) == expected)
    }
}
