package import TaskControl

/// What the API serves.
package struct APIBackend: Sendable {
    let control: any TaskControl
    let logs: any TaskLogs
    let configuration: any ConfigurationReloading
    let streams: StreamSources

    package init(
        control: any TaskControl, logs: any TaskLogs, configuration: any ConfigurationReloading, streams: StreamSources
    ) {
        self.control = control
        self.logs = logs
        self.configuration = configuration
        self.streams = streams
    }
}
