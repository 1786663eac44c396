import ServiceConfiguration
import SystemPackage
import TaskTypes

extension ServerOptions {
    /// The flags that may stand in a configuration file: all that change how the service runs.
    static let flagsInFiles: [String: ConfiguredFlag.Kind] = [
        "ephemeral": .toggle, "grace": .value, "host": .value, "keep": .value, "log-file": .value, "log-level": .value,
        "log-limit": .value, "max-queued": .value, "max-running": .value, "no-ui": .toggle, "on-restart": .value,
        "port": .value, "state": .value, "status-interval": .value, "token-file": .value, "warm-workers": .value,
        "worker": .value,
    ]

    /// The configuration file, by default that of the XDG Base Directory Specification.
    ///
    /// - Throws: ``StartError`` when a path is not UTF-8.
    func configurationSource() throws(StartError) -> ConfigurationSource {
        if let config { return ConfigurationSource(path: try Self.absolute(FilePath(config)), isNamed: true) }
        return ConfigurationSource(path: try Self.standardConfigurationPath(), isNamed: false)
    }

    /// The configuration file of a service without `--config`; `nil` where there is no home directory.
    ///
    /// - Throws: ``StartError`` when a path is not UTF-8.
    static func standardConfigurationPath() throws(StartError) -> FilePath? {
        try directory(variable: "XDG_CONFIG_HOME", inHome: ".config")?.appending("taskdeck/config.yaml")
    }
}
