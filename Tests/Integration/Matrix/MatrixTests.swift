import Foundation
import Testing

/// What is told of cells, and which there are.
@Suite struct MatrixTests {
    @Test func everyStepLosesItsReplyAtEveryProvider() {
        for provider in World.providers {
            for step in Cell.Step.allCases where step != .order {
                for fault in [Cell.Fault.resetAfter, .hang, .lateApply] {
                    #expect(Cell.all.contains(Cell(provider: provider, step: step, fault: fault)))
                }
            }
        }
        #expect(Set(Cell.all).count == Cell.all.count)
    }

    @Test func providersThatDoTheSameShareARow() {
        let row = Row(cell: Cell(provider: "duffel", step: .hold, fault: .hang), story: "hold ?")
        var (second, third) = (row, row)
        second.cell.provider = "amadeus"
        third.cell.provider = "ndc"
        #expect(FailureMatrix(rows: [row, second, third]).tables.contains("| `hang` | all | hold ? |"))
        second.story = "hold ✓"
        let tables = FailureMatrix(rows: [row, second, third]).tables
        #expect(tables.contains("| `hang` | duffel, ndc | hold ? |"))
        #expect(tables.contains("| `hang` | amadeus | hold ✓ |"))
    }

    @Test func aDisturbedRowIsComparedWithoutWhatDependsOnTime() {
        let row = Row(
            cell: Cell(provider: "duffel", step: .hold, fault: .hang), story: "hold ?", first: "202 pending",
            last: "502 failed", booking: "failed, payment none", orders: "none", payments: "none", calls: "1",
            rest: "at once")
        let written = FailureMatrix(rows: [row]).tables
        var disturbed = row
        (disturbed.story, disturbed.first, disturbed.calls, disturbed.rest) = ("hold ✗", "502 failed", "2", "later")
        func seen(_ row: Row) -> String { FailureMatrix(rows: [WrittenMatrix(written).completing(row)]).tables }
        #expect(seen(disturbed) != written)
        disturbed.isDisturbed = true
        #expect(seen(disturbed) == written)
        for change: WritableKeyPath<Row, String> in [\.last, \.booking, \.orders, \.payments] {
            var other = disturbed
            other[keyPath: change] = "something else"
            #expect(seen(other) != written)
        }
        disturbed.violations = [Violation(kind: .notTerminal, subject: "", detail: "")]
        #expect(seen(disturbed) != written)
    }

    @Test func theWholeDocumentIsReadBack() throws {
        let document = try String(
            contentsOf: BuiltProgram.project.appendingPathComponent("docs/failure-matrix.md"), encoding: .utf8)
        let known = WrittenMatrix(document)
        for cell in Cell.all {
            let row = known.completing(Row(cell: cell, isDisturbed: true))
            #expect(!row.first.isEmpty && !row.calls.isEmpty, "\(cell)")
        }
    }

    @Test func aServerThatIsSlowToAnswerAPingIsAStall() async throws {
        let (answered, answer) = AsyncStream.makeStream(of: Void.self)
        let slow: Stall.Ping = {
            try await Task.sleep(for: Stall.tolerable * 2)
            answer.finish()
        }
        let (result, stall) = await Stall.longest(pinging: [slow]) {
            for await _ in answered {}
            throw HarnessError("broken off")
        }
        #expect(throws: HarnessError.self) { try result.get() }
        #expect(stall >= Stall.tolerable)
    }

    @Test func aStoryBeginsAtTheStepAndHasNoIDs() {
        let lines = [
            ("hold", "succeeded", "duffel: order ord_1 AAAAAA held, 1.00 GBP"), ("confirm", "intended", "duffel"),
            ("confirm", "unknown", "duffel: timed_out"),
            ("status", "succeeded", "duffel: order ord_1 AAAAAA held, 1.00 GBP"),
            ("confirm", "failed", "duffel: sold_out: gone"), ("release", "succeeded", "duffel: given back"),
        ]
        let story = Story(Self.booking(lines), of: Cell(provider: "duffel", step: .confirm, fault: .hang))
        #expect(story.text == "confirm ?, status: held, confirm ✗ (sold_out), release ✓")
    }

    @Test func whatLastsIsToldOnce() {
        let lines = [
            ("void", "unknown", "duffel: timed_out"), ("release", "succeeded", "duffel: given back"),
            ("void", "failed", "duffel: unavailable: circuit open"), ("void", "unknown", "duffel: timed_out"),
            ("void", "succeeded", "duffel: pi_1 voided, 1.00 GBP"),
        ]
        let cell = Cell(provider: "duffel", step: .void, fault: .hang, span: .lasting)
        #expect(Story(Self.booking(lines), of: cell).text == "void ?, release ✓, void ✓")
        #expect(Row.calls(7, in: cell) == "several")
        #expect(Row.calls(7, in: Cell(provider: "duffel", step: .void, fault: .hang)) == "7")
    }

    private static func booking(_ lines: [(step: String, result: String, detail: String)]) -> BookingView {
        var booking = BookingView(
            id: "bkg_1", status: "ticketed", paymentStatus: "captured", flights: "", createdAt: .distantPast)
        booking.timeline = lines.map {
            BookingView.Line(at: "", step: $0.step, result: $0.result, detail: $0.detail)
        }
        return booking
    }
}
