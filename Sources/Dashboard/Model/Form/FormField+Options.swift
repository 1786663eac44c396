import JSON
import TaskModel

extension FormField {
    /// The fields for the options of every task.
    static var options: [FormField] {
        let (priorities, retries) = (TaskOptions.priorities, TaskOptions.retryCounts)
        return [
            FormField(
                .name, "name", .text, meaning: "what the table calls it",
                explanation: "what the table calls it, at most \(TaskRecord.nameLimit) characters",
                fallback: "made from its data"),
            FormField(
                .priority, "priority", .integer, meaning: "higher: sooner",
                explanation: "\(priorities.lowerBound) to \(priorities.upperBound); the higher, the sooner",
                fallback: "0"),
            FormField(
                .timeout, "timeout", .number, meaning: "running time",
                explanation: "seconds of running time, or a duration: 10m, 1h30m", fallback: "none"),
            FormField(
                .retries, "retries", .integer, meaning: "if it fails",
                explanation: "if it fails: \(retries.lowerBound) to \(retries.upperBound) more attempts", fallback: "0"),
            FormField(
                .notBefore, "not before", .text, meaning: "06:00, +10m, tomorrow 06:00",
                explanation: LocalTime.examples, fallback: "now"),
        ]
    }
}
