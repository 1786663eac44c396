import TaskModel
import TestSupport

@testable import JSON

extension FakeTaskControl {
    /// Adds a task whose record has so many bytes.
    func addTask(of size: Int) -> TaskID {
        let quote = [UInt8(ascii: "\"")]
        // Not through the writer, which needs seconds of a debug build.
        let text = JSONText(canonical: quote + [UInt8](repeating: UInt8(ascii: "x"), count: size) + quote)
        return add("process_data", .completed, data: text)
    }
}
