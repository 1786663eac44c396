import TaskModel
import Testing

@testable import Dashboard

@Suite("Reasons on the screen")
struct ReasonTextTests {
    /// Wed 25 Nov 2026 23:59:50, an hour ahead of UTC.
    private static let now = Timestamp(milliseconds: 1_795_647_590_000)
    private static let localTime = LocalTime { _ in 3600 }

    private static func time(_ seconds: Double) -> Timestamp {
        Timestamp(milliseconds: now.milliseconds + Int64(seconds * 1000))
    }

    @Test(
        "every reason is one sentence, with keys and times from now",
        arguments: [
            (TaskReason.queuePaused, "the queue is held (H releases it)"),
            (.noSlot(limit: 2, paused: 2, ahead: 3), "2 of 2 may run, both are paused; 3 tasks are before it"),
            (.noSlot(limit: 8, paused: 0, ahead: 1), "8 of 8 may run; 1 task is before it"),
            (.noSlot(limit: 1, paused: 1, ahead: 0), "1 of 1 may run, and it is paused; it is the next"),
            (.turn(ahead: 2), "it is about to be started; 2 tasks are before it"),
            (.launchFailed("no such file"), "no worker can be started: no such file"),
            (.notBefore(time(9)), "until 23:59 (in 9 s)"),
            (.notBefore(time(10)), "until Thu 26 Nov 00:00 (in 10 s)"),
            (.notBefore(time(453_610)), "until Tue 1 Dec 06:00 (in 5 d 6 h)"),
            (.notBefore(time(40 * 86_400)), "until 2027-01-04 23:59 (in 40 d)"),
            (.notBefore(time(-5)), "until 23:59 (now)"),
            (
                .retry(number: 2, of: 3, at: time(3.2), error: "timed out after 8 s"),
                "retry 2 of 3 in 4 s: timed out after 8 s"
            ),
            (.retry(number: 3, of: 3, at: time(0), error: "exit code 1"), "retry 3 of 3 now: exit code 1"),
            (.starting(since: time(-3)), "its worker has been starting for 3 s"),
            (.awaitingWorker(.pause, since: time(-3.9)), "waits for its worker's answer for 3 s"),
            (.paused(since: time(-182)), "paused for 3 min 2 s (r resumes it)"),
            (
                .ending(.request, since: time(-0.3), next: .sigterm, at: time(4.7)),
                "asked to terminate just now, SIGTERM in 5 s"
            ),
            (.ending(.sigterm, since: time(-2), next: .sigkill, at: time(3)), "SIGTERM sent 2 s ago, SIGKILL in 3 s"),
            (.ending(.sigkill, since: time(-2), next: nil, at: nil), "SIGKILL sent 2 s ago"),
            (.exiting(since: time(-61)), "its worker reported its outcome 1 min 1 s ago and has not exited"),
            (
                .notAnswering(since: time(-14), isStopped: true),
                "not answering for 14 s: stopped by a signal (SIGCONT continues it)"
            ),
            (.notAnswering(since: time(-14), isStopped: false), "not answering for 14 s: its worker has missed a call"),
            (.other("the moon is full"), "the moon is full"),
        ])
    func sentences(reason: TaskReason, sentence: String) {
        #expect(reason.screenText(at: Self.now, in: Self.localTime) == sentence)
    }

    @Test("reasons are sensible after a clock jump, and for any time")
    func extremes() {
        let (first, last) = (Timestamp(milliseconds: .min), Timestamp(milliseconds: .max))
        #expect(TaskReason.starting(since: Self.time(5)).screenText(at: Self.now, in: .utc).hasSuffix("for 0 s"))
        #expect(first.text(until: last).hasPrefix("in 106751991167 d"))
        #expect(last.text(since: first) == "106751991167 d 7 h ago")
        #expect(last.text(until: first) == "now")
        #expect(first.text(since: last) == "just now")
    }

    @Test(
        "a long duration has its two largest units, without zeros",
        arguments: [
            (0, "0 s"), (999, "0 s"), (4000, "4 s"), (60_000, "1 min"), (80_999, "1 min 20 s"), (3_600_000, "1 h"),
            (3_601_000, "1 h"), (7_500_000, "2 h 5 min"), (86_400_000, "1 d"), (453_600_000, "5 d 6 h"), (-1, "0 s"),
        ])
    func spans(milliseconds: Int, text: String) {
        #expect(Format.longDuration(milliseconds: milliseconds) == text)
    }
}
