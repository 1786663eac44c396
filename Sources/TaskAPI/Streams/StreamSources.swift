package import TaskControl

/// What streams read besides the tasks.
package struct StreamSources: Sendable {
    let journal: ChangeJournal
    let log: any LogSource
    /// The time without an event after which a comment is sent.
    let silence: Duration

    package init(journal: ChangeJournal, log: any LogSource, silence: Duration = .seconds(15)) {
        self.journal = journal
        self.log = log
        self.silence = silence
    }
}
