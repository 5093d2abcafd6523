import WireFormats

/// The parameters of a request: `amount=1&metadata[a]=b&expand[]=c`, of which clients write lists as `c[]` or `c[0]`.
struct StripeForm: Sendable {
    private let fields: [FormField]

    init(fields: [FormField]) { self.fields = fields }

    /// - Throws: for a body that is no form.
    init(_ body: [UInt8]) throws(StripeRefusal) {
        do throws(WireError) {
            fields = try FormEncoding.decode(body)
        } catch {
            throw StripeRefusal.invalid(nil, "The request body is not a form.")
        }
    }

    /// The same text for the same parameters, in whatever order they came.
    var canonical: String { FormEncoding.encode(fields.sorted { ($0.name, $0.value) < ($1.name, $1.value) }) }

    func value(_ name: String) -> String? {
        fields.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// The values of a list, in order.
    func list(_ name: String) -> [String] {
        fields.filter { field in
            guard let place = StripeForm.inner(field.name, of: name) else { return false }
            return place.allSatisfy { $0.isNumber }
        }.map(\.value)
    }

    /// The members of a hash.
    func hash(_ name: String) -> [String: String] {
        var members: [String: String] = [:]
        for field in fields {
            if let key = StripeForm.inner(field.name, of: name) { members[String(key)] = field.value }
        }
        return members
    }

    /// An integer of at least `least`.
    ///
    /// - Returns: nil where it was left out.
    func integer(_ name: String, atLeast least: Int64) throws(StripeRefusal) -> Int64? {
        guard let text = value(name) else { return nil }
        guard let number = Int64(text) else {
            throw StripeRefusal.invalid(name, "Invalid integer: \(text)", code: "parameter_invalid_integer")
        }
        guard number >= least else {
            throw StripeRefusal.invalid(
                name, "This value must be greater than or equal to \(least).", code: "parameter_invalid_integer")
        }
        return number
    }

    /// - Throws: where there are parameters of other names, as Stripe does.
    func allow(_ names: Set<String>) throws(StripeRefusal) {
        for field in fields {
            let name = String(field.name.prefix { $0 != "[" })
            guard names.contains(name) || name == "expand" else {
                throw StripeRefusal.invalid(name, "Received unknown parameter: \(name)", code: "parameter_unknown")
            }
        }
    }

    /// `b` of `a[b]`, for the name `a`.
    private static func inner(_ text: String, of name: String) -> Substring? {
        guard text.hasPrefix(name + "["), text.hasSuffix("]") else { return nil }
        return text.dropFirst(name.count + 1).dropLast()
    }
}
