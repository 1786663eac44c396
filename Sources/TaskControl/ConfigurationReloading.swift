package import TaskModel

/// The configuration of a running service.
package protocol ConfigurationReloading: Sendable {
    /// Reads the configuration again and replaces the declared types: all, or none.
    ///
    /// - Returns: The number of declared types.
    /// - Throws: ``ConfigurationUnusable``; the types are as before.
    func reload() async throws(ConfigurationUnusable) -> Int
}

/// Why a configuration cannot be used: all reasons at once.
package struct ConfigurationUnusable: Error {
    /// At least one.
    package let problems: [ConfigurationProblem]

    package init(_ problems: [ConfigurationProblem]) {
        self.problems = problems
    }
}
