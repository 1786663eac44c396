package import TaskModel

extension TaskOptions {
    /// Options with a few members set.
    ///
    /// - Parameters:
    ///   - timeout: seconds.
    ///   - notBefore: milliseconds since 1970.
    package static func with(
        priority: Int = 0, timeout: Double? = nil, retries: Int = 0, notBefore: Int64? = nil
    ) -> TaskOptions {
        var options = TaskOptions()
        options.priority = priority
        options.timeout = timeout
        options.retries = retries
        options.notBefore = notBefore.map { Timestamp(milliseconds: $0) }
        return options
    }
}
