import Testing
import WireFormats

struct FormEncodingTests {
    @Test func encodesFieldsInOrder() {
        let text = FormEncoding.encode([
            FormField("amount", "1050"), FormField(["metadata", "booking"], "bkg 1&x=é"), FormField("empty", ""),
            FormField(["a", "b", "c"], "+~*"),
        ])
        #expect(text == "amount=1050&metadata%5Bbooking%5D=bkg+1%26x%3D%C3%A9&empty=&a%5Bb%5D%5Bc%5D=%2B~%2A")
    }

    @Test func decodesWhatItEncodes() throws {
        let every = String(String.UnicodeScalarView((0..<0x300).compactMap { Unicode.Scalar(UInt32($0)) }))
        let fields = [FormField("metadata[booking]", every), FormField("", "x"), FormField("y", "")]
        #expect(try FormEncoding.decode(FormEncoding.encode(fields).utf8) == fields)
    }

    @Test func decodesWhatOthersSend() throws {
        let fields = try FormEncoding.decode("a=1&&b&c=%5b%5D+x=y&".utf8)
        #expect(fields == [FormField("a", "1"), FormField("b", ""), FormField("c", "[] x=y")])
        #expect(try FormEncoding.decode([]).isEmpty)
    }

    @Test(arguments: ["%", "%2", "%zz", "a=%G0", "%%20"])
    func refusesBrokenEscapes(text: String) {
        #expect(wireError { () throws(WireError) in try FormEncoding.decode(text.utf8) }?.code == .badEscape)
        #expect(wireError { () throws(WireError) in try FormEncoding.percentDecode(text) }?.code == .badEscape)
    }

    @Test func refusesWhatIsNotUTF8() {
        #expect(wireError { () throws(WireError) in try FormEncoding.decode("a=%FF".utf8) }?.code == .notUTF8)
        #expect(wireError { () throws(WireError) in try FormEncoding.decode([0x61, 0xC3]) }?.code == .notUTF8)
    }

    @Test func fieldsAreBounded() {
        let many = String(repeating: "a=1&", count: 11)
        #expect(wireError { () throws(WireError) in try FormEncoding.decode(many.utf8, limit: 11) } == nil)
        #expect(
            wireError { () throws(WireError) in try FormEncoding.decode(many.utf8, limit: 10) }?.code == .tooManyNodes)
    }

    @Test func percentEncodesEverythingReserved() throws {
        #expect(FormEncoding.percentEncode("a b/c?d=é~") == "a%20b%2Fc%3Fd%3D%C3%A9~")
        #expect(try FormEncoding.percentDecode("a%20b+c") == "a b+c")
    }
}
