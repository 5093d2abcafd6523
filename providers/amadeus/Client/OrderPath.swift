/// An order's id as a part of a path.
///
/// Amadeus hands its ids out percent-encoded already (`eJzTd9f3NjIJdzUGAAp%2fAiY=`) and wants them back as they are:
/// what is encoded stays, and only what can't stand in a path at all is encoded here.
enum OrderPath {
    static func segment(_ id: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = Array(id.utf8)
        var path: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            let isEncoded =
                byte == UInt8(ascii: "%") && bytes[(index + 1)...].prefix(2).count(where: isHexadecimal) == 2
            if isPlain(byte) || isEncoded {
                path.append(byte)
            } else {
                path += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: path, as: UTF8.self)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte & 0xDF)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isPlain(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
            || "-._~=".utf8.contains(byte)
    }
}
