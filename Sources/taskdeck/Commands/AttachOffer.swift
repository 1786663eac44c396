import ArgumentParser
import Glibc
import SystemPackage
import TaskStore
import Terminal

/// The question whether to show the dashboard of a service that runs already, instead of starting another.
struct AttachOffer {
    private let state: FilePath

    /// `nil` unless a service uses the state directory and the dashboard can be shown.
    init?(_ options: ServerOptions) {
        guard !options.noUi, !options.ephemeral, let state = try? options.statePath(), StateDirectory.isInUse(state),
            (try? TerminalProbe.check()) != nil
        else { return nil }
        self.state = state
    }

    /// Asks, and shows the dashboard if that is the answer; returns otherwise.
    func run() throws {
        print("taskdeck: a service uses '\(state)' already.\nShow its dashboard? [Y/n] ", terminator: "")
        fflush(nil)
        guard let answer = readLine()?.lowercased(), ["", "y", "yes"].contains(answer) else { return }
        try Attach.parse(["--state", state.string]).run()
    }
}
