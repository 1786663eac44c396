/// The hash function SHA-256 (FIPS 180-4).
enum SHA256 {
    private static let blockSize = 64
    /// Where the length of the message, in bits, is in its last block.
    private static let lengthOffset = 56

    /// The first 32 bits of the fractional parts of the square roots of the first 8 primes (5.3.3).
    private static let initial: [UInt32] = [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]

    /// The same of the cube roots of the first 64 primes (4.2.2).
    private static let constants: [UInt32] = [
        0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
        0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
        0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
        0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
        0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
        0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
        0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
        0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
    ]

    /// The 32 bytes of a message's digest.
    static func digest(of message: [UInt8]) -> [UInt8] {
        var state = initial
        var start = 0
        while start + blockSize <= message.count {
            update(&state, with: message[start..<start + blockSize])
            start += blockSize
        }
        var end = Array(message[start...])
        end.append(0x80)
        while end.count % blockSize != lengthOffset { end.append(0) }
        withUnsafeBytes(of: UInt64(message.count * 8).bigEndian) { end.append(contentsOf: $0) }
        for start in stride(from: 0, to: end.count, by: blockSize) {
            update(&state, with: end[start..<start + blockSize])
        }
        return state.flatMap { word in withUnsafeBytes(of: word.bigEndian, Array.init) }
    }

    /// Section 6.2.2.
    private static func update(_ state: inout [UInt32], with block: ArraySlice<UInt8>) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: constants.count) { words in
            for index in 0..<16 {
                let bytes = block[(block.startIndex + 4 * index)...].prefix(4)
                words[index] = bytes.reduce(0) { $0 << 8 | UInt32($1) }
            }
            for index in 16..<constants.count {
                let (old, new) = (words[index - 15], words[index - 2])
                let first = rotate(old, 7) ^ rotate(old, 18) ^ old >> 3
                let second = rotate(new, 17) ^ rotate(new, 19) ^ new >> 10
                words[index] = words[index - 16] &+ first &+ words[index - 7] &+ second
            }
            var (a, b, c, d) = (state[0], state[1], state[2], state[3])
            var (e, f, g, h) = (state[4], state[5], state[6], state[7])
            for index in constants.indices {
                let high = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
                let sum = h &+ high &+ (e & f ^ ~e & g) &+ constants[index] &+ words[index]
                let low = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
                let majority = a & b ^ a & c ^ b & c
                (h, g, f, e) = (g, f, e, d &+ sum)
                (d, c, b, a) = (c, b, a, sum &+ low &+ majority)
            }
            for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
        }
    }

    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word >> count | word << (32 - count)
    }
}
