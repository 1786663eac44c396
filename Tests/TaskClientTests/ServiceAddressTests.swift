import TaskClient
import TaskModel
import Testing

@Suite("Where a service is")
struct ServiceAddressTests {
    @Test(
        "an address is a URL without a path, a host with a port, or the path of a socket",
        arguments: [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"), ("http://host:1/", "http://host:1"),
            ("HTTPS://host", "https://host"), ("localhost:8000", "http://localhost:8000"),
            ("[::1]:8000", "http://[::1]:8000"), ("unix:/run/x.sock", "unix:/run/x.sock"),
            ("unix:///run/x.sock", "unix:/run/x.sock"), ("unix:x.sock", "unix:x.sock"),
        ])
    func valid(text: String, description: String) throws {
        #expect(try #require(ServiceAddress(text)).description == description)
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "http://", "http:///", "http://host/path", "http://user@host", "host?x", "unix:", "ftp://host", ":80",
            "ho st", "host:", "host:0", "host:65536", "a:b:c", "[::1", "[::1]x", "[::1]:", "[host]:1", "a[b",
            "h\u{E9}st", "http://host#x", "a%2Fb",
        ])
    func invalid(text: String) {
        #expect(ServiceAddress(text) == nil)
    }
}

@Suite("The version of a service")
struct ServiceVersionTests {
    @Test(
        "the version is known by the header 'Server'",
        arguments: [("taskdeck/9.9.9", "9.9.9"), ("nginx", nil), ("nginx/1.2", nil), ("", nil)]
            as [(String, String?)])
    func others(server: String, version: String?) {
        #expect(TaskClient.version(in: server) == version)
    }
}
