import FareTestSupport
import Testing

/// The reader that the other tests rely on must refuse what is wrong.
struct StrictReadingTests {
    private static let histogram = "# TYPE h histogram\n"

    @Test(arguments: [
        "", "a_total 1\n", "# TYPE a_total counter\na_total 1", "# TYPE a_total counter\n\na_total 1\n",
        "# TYPE a_total counter\na_total -1\n", "# TYPE a counter\na 1\n", "# TYPE a gauge\n", "# TYPE a rate\na 1\n",
        "# TYPE a gauge\na one\n", "# TYPE a gauge\na inf\n", "# TYPE a gauge\na  1\n", "# TYPE a gauge\na 1 \n",
        "# TYPE a gauge\na{} 1\n", "# TYPE a gauge\na{b=\"\"} 1\n", "# TYPE a gauge\na{b=\"1\",} 1\n",
        "# TYPE a gauge\na{b=\"1\",b=\"2\"} 1\n", "# TYPE a gauge\na{b=\"\\t\"} 1\n", "# TYPE a gauge\na{b=1} 1\n",
        "# TYPE a gauge\na{9=\"1\"} 1\n", "# TYPE a gauge\na{b=\"1\" 1\n", "# TYPE a gauge\na 1\na 2\n",
        "# TYPE a gauge\nb 1\n", "# TYPE b gauge\nb 1\n# TYPE a gauge\na 1\n",
        "# TYPE a gauge\na 1\n# TYPE a gauge\na{b=\"1\"} 1\n", "# TYPE a gauge\n# HELP a x\na 1\n",
        "# HELP a x\n# HELP a y\n# TYPE a gauge\na 1\n", "# HELP a \\x\n# TYPE a gauge\na 1\n", "# hello\n",
        "# TYPE 9 gauge\n9 1\n", "# TYPE a gauge\na{le=\"1\"} 1\n",
        histogram + "h_sum 1\nh_count 1\n", histogram + "h_bucket{le=\"+Inf\"} 1\nh_count 1\n",
        histogram + "h_bucket{le=\"+Inf\"} 2\nh_sum 1\nh_count 1\n",
        histogram + "h_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n",
        histogram + "h_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
        histogram + "h_bucket{le=\"2\"} 0\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
        histogram + "h_bucket 1\nh_sum 1\nh_count 1\n",
    ])
    func refusesWhatIsNotInTheGrammar(text: String) {
        #expect(throws: Exposition.Malformed.self) { try Exposition(Array(text.utf8)) }
    }

    @Test func readsWhatIsInIt() throws {
        let text = """
            # HELP a_total Some \\\\ help\\nof two lines
            # TYPE a_total counter
            a_total{b="\\"\\\\\\n"} 1.5e+3
            # TYPE h histogram
            h_bucket{c="d",le="0.5"} 1
            h_bucket{c="d",le="+Inf"} 2
            h_sum{c="d"} NaN
            h_count{c="d"} 2

            """
        let exposition = try Exposition(Array(text.utf8))
        #expect(exposition.families.map(\.help) == ["Some \\ help\nof two lines", nil])
        #expect(exposition.value("a_total", ["b": "\"\\\n"]) == 1500)
        #expect(exposition.value("h_bucket", ["c": "d"]) == 3)
        #expect(exposition.value("h_count", ["c": "e"]) == nil)
    }
}
