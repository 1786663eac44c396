/// A number of bytes as on the command line: `65536`, `64k`, `16M`, `1G`.
struct ByteCount {
    let count: Int

    init(count: Int) {
        self.count = count
    }

    init?(_ text: String) {
        let shift =
            switch text.last {
            case "k", "K": 10
            case "M": 20
            case "G": 30
            default: 0
            }
        let digits = shift == 0 ? text[...] : text.dropLast()
        guard let number = Int(digits), number >= 0, number <= Int.max >> shift else { return nil }
        count = number << shift
    }
}
