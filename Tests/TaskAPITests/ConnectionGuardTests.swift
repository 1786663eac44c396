import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypesHTTP1
import Testing

@testable import TaskAPI

@Suite("The guard of a connection")
struct ConnectionGuardTests {
    @Test("nothing of it is left when its connection is closed")
    func release() throws {
        weak var released: ConnectionGuard?
        do {
            let channel = EmbeddedChannel()
            let connectionGuard = ConnectionGuard(limits: ConnectionLimits())
            released = connectionGuard
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
            try pipeline.addHandlers(HTTP1ToHTTPServerCodec(secure: false), connectionGuard)
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            try channel.writeInbound(ByteBuffer(string: "GET /queue HTTP/1.1\r\nHost: localhost\r\n\r\n"))
            _ = try channel.finish(acceptAlreadyClosed: true)
        }
        #expect(released == nil)
    }
}
