/// An unexpected response or behavior of a measured service.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String
}
