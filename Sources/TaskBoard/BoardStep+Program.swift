import TaskModel
import WorkerProtocol

// What the worker reports of its program.
extension BoardStep {
    func updated(_ entry: inout TaskEntry, by update: ProgramUpdate) {
        var program = entry.rare.values.program ?? RareMembers.RunningProgram()
        switch update {
        case .started(let process): program.process = process
        case .output(let output): program.output = output
        case .stopped: program.stoppedSince = program.stoppedSince ?? now.wall
        case .continued: program.stoppedSince = nil
        case .ended(let summary): (program.summary, program.stoppedSince) = (summary, nil)
        }
        entry.rare.values.program = program
    }
}
