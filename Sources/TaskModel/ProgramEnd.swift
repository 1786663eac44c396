package import JSON

/// The way in which a program ended.
package enum ProgramEnd: Sendable, Hashable {
    case exited(code: Int32)
    case signaled(name: String, dumpedCore: Bool)
}

extension ProgramEnd: CustomStringConvertible {
    /// `exit code 3`, `SIGSEGV (core dumped)`.
    package var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signaled(let name, let dumpedCore): dumpedCore ? "\(name) (core dumped)" : name
        }
    }
}

extension ProgramEnd: JSONReadable, JSONWritable {
    package init(json: JSONValue) throws(JSONShapeError) {
        let members = try JSONMembers(json)
        if let code: Int32 = try members.optional("exit_code") {
            self = .exited(code: code)
        } else {
            self = .signaled(name: try members.value("signal"), dumpedCore: try members.value("core_dumped"))
        }
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            switch self {
            case .exited(let code): json.member("exit_code", code)
            case .signaled(let name, let dumpedCore):
                json.member("core_dumped", dumpedCore)
                json.member("signal", name)
            }
        }
    }
}
