import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore

extension ProblemDetails {
    /// The problem as the answer of a route.
    func response(headers: HTTPFields = [:]) -> Response {
        var headers = headers
        if closesConnection { headers[.connection] = "close" }
        let answer = answer(headers: headers)
        return Response(
            status: answer.head.status, headers: answer.head.headerFields,
            body: ResponseBody(byteBuffer: answer.body))
    }

    /// The problem as the last answer on a connection, for handlers below the router.
    var lastAnswer: (head: HTTPResponse, body: ByteBuffer) { answer(headers: [.connection: "close"]) }

    private func answer(headers: HTTPFields) -> (head: HTTPResponse, body: ByteBuffer) {
        var headers = headers
        for (name, value) in self.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        let body = ByteBuffer(bytes: self.body)
        headers[.contentLength] = String(body.readableBytes)
        return (HTTPResponse(status: .init(code: status), headerFields: headers), body)
    }
}
