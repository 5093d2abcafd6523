import FareDomain
import Testing
import WireFormats

struct MoneyTests {
    private let offer =
        #"{"s":"412.50","n":98.1,"nothing":null,"long":"162.00000000000000000000","fine":"1.005","big":1e9,"#
        + #""cur":"GBP","yen":"JPY","odd":"XXX","list":[]}"#

    @Test func readsAStringOrANumberExactly() throws {
        let value = try json(offer)
        #expect(try value.money("s", "cur").description == "412.50 GBP")
        #expect(try value.money("n", "cur").description == "98.10 GBP")
        #expect(try value.money("long", "cur").description == "162.00 GBP")
        #expect(try value.money("long", "yen").description == "162 JPY")
        #expect(try value.moneyIfPresent("nothing", "cur") == nil)
        #expect(try value.moneyIfPresent("none", "none") == nil)
        #expect(try value.moneyIfPresent("s", "cur")?.minorUnits == 41_250)
    }

    @Test func whatIsNoAmountIsTold() throws {
        let value = try json(offer)
        func error(_ amount: StaticString, _ currency: StaticString) -> WireError? {
            wireError { () throws(WireError) in try value.money(amount, currency) }
        }
        #expect(error("fine", "cur")?.code == .badValue)
        #expect(error("s", "yen")?.path == "$.s")
        #expect(error("cur", "cur")?.code == .badValue)
        #expect(error("s", "odd")?.path == "$.odd")
        #expect(error("list", "cur")?.code == .wrongKind)
        #expect(error("nothing", "cur")?.code == .missing)
        #expect(error("s", "none")?.code == .missing)
        #expect(wireError { () throws(WireError) in try value.moneyIfPresent("s", "none") }?.code == .missing)
    }

    @Test func noiseOfBinaryFractionsIsRoundedOnlyWhereAsked() throws {
        let euro = try #require(Currency("EUR"))
        let value = try json("134.99000549316406")
        #expect(try value.money(in: euro, rounding: .halfEven).minorUnits == 13_499)
        #expect(wireError { () throws(WireError) in try value.money(in: euro) }?.code == .badValue)
    }

    @Test func readsAnElementWithItsCurrency() throws {
        let root = try xml(
            "<a><p CurCode='EUR'> 162.00000000000000000000 </p><q>1</q><r CurCode='EUR'/><s CurCode='E'>1</s></a>")
        #expect(try root.require("p").requireMoney().description == "162.00 EUR")
        func code(_ name: String) -> WireError.Code? {
            wireError { () throws(WireError) in try root.require(name).requireMoney() }?.code
        }
        #expect(code("q") == .missing)
        #expect(code("r") == .missing)
        #expect(code("s") == .badValue)
    }
}
