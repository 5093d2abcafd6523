extension JSONValue {
    /// An error about this value, with its place in the document.
    ///
    /// - Parameter detail: what was expected, without the value itself.
    public func error(_ code: WireError.Code, _ detail: String) -> WireError {
        WireError(code, offset: record.start, path: document.path(to: index), detail: detail)
    }

    /// The member of that name.
    ///
    /// - Throws: `missing` if there is none or it is null, `wrongKind` if this is no object.
    public func require(_ key: StaticString) throws(WireError) -> JSONValue {
        guard let value = self[key] else {
            guard kind == .object else { throw mismatch(.object) }
            let path = document.path(to: index) + "." + key.description
            throw WireError(.missing, offset: record.start, path: path)
        }
        guard !value.isNull else { throw value.error(.missing, "null") }
        return value
    }

    /// The member of that name, or nil if there is none, or it is null, or this is no object.
    public func present(_ key: StaticString) -> JSONValue? {
        self[key].flatMap { $0.isNull ? nil : $0 }
    }

    /// - Throws: `wrongKind` unless this is a string.
    public func requireString() throws(WireError) -> String {
        guard let string else { throw mismatch(.string) }
        return string
    }

    /// - Throws: `wrongKind` unless this is a number; `badValue` if it has a fraction or exponent, or does not fit.
    public func requireInt64() throws(WireError) -> Int64 {
        guard kind == .number else { throw mismatch(.number) }
        guard let int64 else { throw error(.badValue, "expected an integer of 64 bits") }
        return int64
    }

    /// - Throws: as `requireInt64`.
    public func requireInt() throws(WireError) -> Int {
        guard let int = Int(exactly: try requireInt64()) else { throw error(.badValue, "expected a smaller integer") }
        return int
    }

    /// - Throws: `wrongKind` unless this is true or false.
    public func requireBool() throws(WireError) -> Bool {
        guard let bool else { throw mismatch(.bool) }
        return bool
    }

    /// - Throws: `wrongKind` unless this is an array.
    public func requireElements() throws(WireError) -> JSONElements {
        guard kind == .array else { throw mismatch(.array) }
        return elements
    }

    /// - Throws: `wrongKind` unless this is an object.
    public func requireMembers() throws(WireError) -> JSONMembers {
        guard kind == .object else { throw mismatch(.object) }
        return members
    }

    func mismatch(_ expected: JSONKind) -> WireError {
        error(.wrongKind, "expected \(expected.rawValue), found \(kind.rawValue)")
    }
}

// Members by name. Each throws `missing` for none or null, and else what the accessor of the same kind throws. Those
// named `…IfPresent` answer nil for none or null.
extension JSONValue {
    public func string(_ key: StaticString) throws(WireError) -> String { try require(key).requireString() }
    public func int64(_ key: StaticString) throws(WireError) -> Int64 { try require(key).requireInt64() }
    public func int(_ key: StaticString) throws(WireError) -> Int { try require(key).requireInt() }
    public func bool(_ key: StaticString) throws(WireError) -> Bool { try require(key).requireBool() }
    public func elements(_ key: StaticString) throws(WireError) -> JSONElements { try require(key).requireElements() }

    public func stringIfPresent(_ key: StaticString) throws(WireError) -> String? {
        try present(key)?.requireString()
    }

    public func int64IfPresent(_ key: StaticString) throws(WireError) -> Int64? {
        try present(key)?.requireInt64()
    }

    public func intIfPresent(_ key: StaticString) throws(WireError) -> Int? {
        try present(key)?.requireInt()
    }

    public func boolIfPresent(_ key: StaticString) throws(WireError) -> Bool? {
        try present(key)?.requireBool()
    }

    /// No elements at all where the member is missing or null.
    public func elementsIfPresent(_ key: StaticString) throws(WireError) -> JSONElements {
        guard let value = self[key] else { return elementsOfNothing }
        return value.isNull ? value.elements : try value.requireElements()
    }

    /// An empty sequence: what an array's elements are where there is no array.
    private var elementsOfNothing: JSONElements { JSONElements(none: document) }
}
