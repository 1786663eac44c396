package import TaskControl

/// What requests are about.
package struct APIBackend: Sendable {
    let control: any TaskControl
    let logs: any TaskLogs
    let outputs: any TaskOutputs
    let configuration: any ConfigurationReloading
    let streams: StreamSources
    let shutDown: @Sendable () -> Void

    /// - Parameter shutDown: requests the end of the service.
    package init(
        control: any TaskControl, logs: any TaskLogs, outputs: any TaskOutputs,
        configuration: any ConfigurationReloading, streams: StreamSources, shutDown: @escaping @Sendable () -> Void
    ) {
        self.control = control
        self.logs = logs
        self.outputs = outputs
        self.configuration = configuration
        self.streams = streams
        self.shutDown = shutDown
    }
}
