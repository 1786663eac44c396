/// The environment and the working directory of programs whose tasks set no others.
package struct ProgramDefaults: Sendable, Hashable {
    /// `PATH` and `HOME`, and `USER` and `LANG` if they are known.
    package let environment: [String: String]
    /// The home directory; `/` if there is none that can be entered.
    package let directory: String

    /// The `PATH` of a service that has none itself.
    package static let path = "/usr/local/bin:/usr/bin:/bin"

    /// - Parameters:
    ///   - service: The environment variables of the service.
    ///   - userName: The user's name in the password database; used without `USER`.
    ///   - home: The user's home directory in the password database; used without `HOME`.
    ///   - canEnter: Whether a program can be started in a directory: users of services often have a home that does not
    ///     exist.
    package init(
        service: [String: String] = [:], userName: String? = nil, home: String? = nil,
        canEnter: (String) -> Bool = { _ in true }
    ) {
        let variable = { (name: String) in service[name].flatMap { $0.isEmpty ? nil : $0 } }
        let candidates = [variable("HOME"), home]
        let home = candidates.compactMap(\.self).first { $0.utf8.first == UInt8(ascii: "/") } ?? "/"
        directory = canEnter(home) ? home : "/"
        var environment = ["PATH": variable("PATH") ?? Self.path, "HOME": home]
        environment["USER"] = variable("USER") ?? userName
        environment["LANG"] = variable("LANG")
        self.environment = environment
    }
}
