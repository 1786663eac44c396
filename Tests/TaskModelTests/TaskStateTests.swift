import TaskModel
import Testing

@Suite("The states of a task")
struct TaskStateTests {
    /// The whole table: every arrow there is.
    ///
    /// What is not here is illegal.
    private static let arrows: [(TaskState, TaskTransition, TaskState)] = [
        (.queued, .launch, .starting),
        (.queued, .terminate, .terminated),
        (.queued, .kill, .killed),
        (.queued, .fail, .failed),
        (.starting, .open, .running),
        (.starting, .stop, .stopping),
        (.starting, .fail, .failed),
        (.starting, .requeue, .queued),
        (.running, .requeue, .queued),
        (.paused, .requeue, .queued),
        (.stopping, .requeue, .queued),
        (.running, .pause, .paused),
        (.running, .stop, .stopping),
        (.running, .fail, .failed),
        (.paused, .resume, .running),
        (.paused, .stop, .stopping),
        (.paused, .fail, .failed),
        (.stopping, .complete, .completed),
        (.stopping, .fail, .failed),
        (.stopping, .terminate, .terminated),
        (.stopping, .kill, .killed),
    ]

    @Test("every pair of state and transition is an arrow of the table or a typed error")
    func table() {
        for state in TaskState.allCases {
            for transition in TaskTransition.allCases {
                let expected = Self.arrows.first { $0.0 == state && $0.1 == transition }?.2
                do throws(IllegalTransition) {
                    let next = try state.after(transition)
                    #expect(next == expected, "\(state) \(transition)")
                } catch {
                    #expect(expected == nil, "\(state) \(transition)")
                    #expect(error == IllegalTransition(state: state, transition: transition))
                }
            }
        }
    }

    @Test("a final state has no transition and allows no action", arguments: TaskState.allCases.filter(\.isFinal))
    func finality(state: TaskState) {
        #expect(state.allowedActions.isEmpty)
        #expect(TaskTransition.allCases.allSatisfy { (try? state.after($0)) == nil })
    }

    @Test("four states are final")
    func finalStates() {
        #expect(TaskState.allCases.filter(\.isFinal) == [.completed, .failed, .terminated, .killed])
    }
}
