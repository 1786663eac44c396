import HTTPTypes
import Hummingbird
import JSON
import NIOCore

extension Response {
    /// A value as a JSON body.
    static func json(
        _ value: some JSONWritable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        json(ByteBuffer(bytes: JSONCoding.encode(value)), status: status, headers: headers)
    }

    /// A body that is JSON already.
    static func json(
        _ body: ByteBuffer, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        // Appended: setting a field searches for earlier ones.
        var fields = HTTPFields.json
        fields.append(HTTPField(name: .contentLength, value: String(body.readableBytes)))
        fields.append(contentsOf: headers)
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: body))
    }
}

extension HTTPFields {
    /// The fields of an answer in JSON whose length is not known yet.
    static let json: HTTPFields = [.contentType: "application/json"]
}
