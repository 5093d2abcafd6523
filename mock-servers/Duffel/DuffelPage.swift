import WireFormats

/// One page of a list, by Duffel's cursors: `limit`, `after`, `before`.
struct DuffelPage<Row> {
    let rows: ArraySlice<Row>
    private let limit: Int
    private let before: String?
    private let after: String?

    /// - Parameter id: of a row; a cursor is the id of the row it stands at. An unknown cursor is the start.
    init(_ all: [Row], _ request: MockRequest, id: (Row) -> String) {
        limit = min(max(request.query("limit").flatMap { Int($0) } ?? 50, 1), 200)
        var start = 0
        if let cursor = request.query("after"), let place = all.firstIndex(where: { id($0) == cursor }) {
            start = place + 1
        }
        if let cursor = request.query("before"), let place = all.firstIndex(where: { id($0) == cursor }) {
            start = max(0, place - limit)
        }
        let end = min(start + limit, all.count)
        rows = all[start..<end]
        after = end < all.count ? rows.last.map(id) : nil
        before = start > 0 ? rows.first.map(id) : nil
    }

    func reply(_ write: (Row, inout JSONWriter) -> Void) -> MockReply {
        .json(200) { writer in
            writer.object { writer in
                writer.object("meta") { writer in
                    writer.member("limit", limit)
                    writer.member("before", before)
                    writer.member("after", after)
                }
                writer.array("data") { writer in
                    for row in rows { write(row, &writer) }
                }
            }
        }
    }
}
