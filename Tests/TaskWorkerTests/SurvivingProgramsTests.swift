import Glibc
import NIOPosix
import Processes
import TestSupport
import Testing

/// Their worker lives, so that no test's process adopts them; they are found as if it did not.
@Suite("Programs that have survived their supervisor", .serialized, .timeLimit(.minutes(15)))
struct SurvivingProgramsTests {
    @Test("All processes with the task's marks are killed, none with others", arguments: HardProgram.selected)
    func marked(program: HardProgram) async throws {
        try await ProgramFixture.run(program.command, options: ["--task", "this", "--no-group"]) { fixture in
            try await fixture.worker.output.line(with: "ready")
            let marks = ProgramMarks(instance: fixture.processes.mark)
            for (task, marks) in [("other", marks), ("this", ProgramMarks(instance: "other"))] {
                #expect(SurvivingPrograms(of: [task], marks: marks, leaders: []).living().isEmpty)
            }
            // On a thread of its own, as in the service: it waits until they have ended.
            let (found, remaining) = try await NIOThreadPool.singleton.runIfActive {
                SurvivingPrograms(of: ["other", "this"], marks: marks, leaders: []).end()
            }
            #expect(found > 0 && remaining.isEmpty)
            try await fixture.worker.output.line(with: "ended SIGKILL")
        }
    }

    @Test("Without marks a leader is known with its session; a process with its pid and another start time is not")
    func leader() async throws {
        try await ProgramFixture.run(
            ["/usr/bin/env", "-i", "/bin/sh", "-c", "setsid sleep 600 & sleep 600 & echo ready; wait"],
            options: ["--no-group"]
        ) { fixture in
            try await fixture.worker.output.line(with: "ready")
            let entry = try #require(ProcessEntry(pid: try await fixture.leader()))
            let marks = ProgramMarks(instance: fixture.processes.mark)
            for change: Int64 in [-1, 1] {
                let stranger = ProcessIdentity(
                    pid: entry.pid, startTime: UInt64(Int64(entry.startTime) + change))
                let (found, _) = SurvivingPrograms(of: ["this"], marks: marks, leaders: [stranger]).end()
                #expect(found == 0)
                #expect(ProcessEntry(pid: entry.pid)?.startTime == entry.startTime)
            }
            let real = ProcessIdentity(pid: entry.pid, startTime: entry.startTime)
            let (found, remaining) = SurvivingPrograms(of: [], marks: marks, leaders: [real]).end()
            #expect(found == 3 && remaining.isEmpty)
            try await fixture.worker.output.line(with: "ended SIGKILL")
        }
    }

    @Test(
        "The task is read from the environment of this instance",
        arguments: [
            ("TASKDECK_MARK=m TASKDECK_TASK_ID=a", "a"), ("TASKDECK_TASK_ID=a X=y TASKDECK_MARK=m", "a"),
            ("TASKDECK_TASK_ID=a", nil), ("TASKDECK_MARK=m", nil), ("TASKDECK_MARK=n TASKDECK_TASK_ID=a", nil),
            ("TASKDECK_MARK=mm TASKDECK_TASK_ID=a", nil), ("XTASKDECK_MARK=m TASKDECK_TASK_ID=a", nil),
            ("TASKDECK_MARK=m TASKDECK_TASK_ID= ", ""), ("TASKDECK_MARK=m TASKDECK_TASK_IDS=a", nil), ("", nil),
            ("TASKDECK_MARK=m TASKDECK_TASK_ID=a TASKDECK_TASK_ID=b", "a"),
        ] as [(String, String?)])
    func environment(text: String, expected: String?) {
        let bytes = text.utf8.map { $0 == UInt8(ascii: " ") ? 0 : $0 }
        #expect(ProgramMarks(instance: "m").task(in: bytes[...]) == expected)
    }
}
