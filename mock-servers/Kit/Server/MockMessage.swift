import WireFormats

/// A request as a dialect sees it: whole, and without a connection.
struct MockRequest: Sendable {
    let method: String
    /// Without the query.
    let path: String
    /// The query's fields, decoded, in order.
    let query: [FormField]
    /// Names in lower case.
    let headers: [String: String]
    let body: [UInt8]

    init(method: String, path: String, query: [FormField], headers: [String: String], body: [UInt8]) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The first value of a query field.
    func query(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// All values of a query field, with and without the `[]` that marks a list.
    func queryList(_ name: String) -> [String] {
        query.filter { $0.name == name || $0.name == name + "[]" }.map(\.value)
    }

    /// The path's parts: `["air", "orders", "ord_1"]`.
    var steps: [String] { path.split(separator: "/").map(String.init) }
}

/// An answer as a dialect gives it.
struct MockReply: Sendable {
    var status: Int
    /// In order; `content-length` comes by itself.
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A JSON text as it was written.
    static func json(_ status: Int, _ write: (inout JSONWriter) -> Void) -> MockReply {
        var writer = JSONWriter()
        write(&writer)
        return MockReply(
            status: status, headers: [("content-type", "application/json; charset=utf-8")], body: writer.bytes)
    }
}
