import WireFormats

/// The means of payment in a request.
enum PaymentFields {
    /// The gateway's token; empty where none is required and none was sent.
    static func token(_ fields: Fields, isRequired: Bool, _ reader: inout FieldReader) -> String? {
        guard let value = fields["payment"] else {
            if isRequired { reader.refuse(fields.place("payment"), "is missing") }
            return isRequired ? nil : ""
        }
        guard let payment = reader.object(value, at: fields.place("payment"), allowing: ["token"]),
            let token = reader.requiredString(payment, "token")
        else { return nil }
        guard (1...255).contains(token.utf8.count), token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            reader.refuse(payment.place("token"), "must be 1 to 255 visible characters")
            return nil
        }
        return token
    }
}
