import ArgumentParser

/// A number of bytes as on the command line: `65536`, `64k`, `16M`, `1G`.
struct ByteCount: ExpressibleByArgument, CustomStringConvertible {
    let count: Int

    init(count: Int) {
        self.count = count
    }

    init?(argument: String) {
        let shift =
            switch argument.last {
            case "k", "K": 10
            case "M": 20
            case "G": 30
            default: 0
            }
        let digits = shift == 0 ? argument[...] : argument.dropLast()
        guard let number = Int(digits), number >= 0, number <= Int.max >> shift, number << shift >= 4096 else {
            return nil
        }
        count = number << shift
    }

    var description: String { count.description }

    var defaultValueDescription: String { count % (1 << 20) == 0 ? "\(count >> 20)M" : description }
}
