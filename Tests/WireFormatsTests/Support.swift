import FarePorts
import WireFormats

/// The error that `body` throws; nil if it throws none.
func wireError<Result>(_ body: () throws(WireError) -> Result) -> WireError? {
    do throws(WireError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}

func json(_ text: String, limits: JSONLimits = JSONLimits()) throws(WireError) -> JSONValue {
    try JSONDocument(PaddedBytes(text), limits: limits).root
}

func xml(_ text: String, limits: XMLLimits = XMLLimits()) throws(WireError) -> XMLElement {
    try XMLDocument(PaddedBytes(text), limits: limits).root
}

/// An offer in the shape of a provider's answer.
let sampleJSON = #"""
    {"data": {"id": "orq_1", "offers": [
      {"id": "off_1", "total_amount": "412.50", "total_currency": "GBP", "tax_amount": null, "live": false,
       "slices": [{"duration": "PT02H05M", "segments": [{"origin": {"iata_code": "LHR", "name": "Heathrow \u2708"},
         "departing_at": "2026-12-10T09:25:00", "stops": 0, "longitude": -0.4543, "tags": []}]}]},
      {"id": "off_2", "total_amount": 98.1, "total_currency": "EUR", "tax_amount": "8.10", "live": true, "slices": []}
    ]}, "meta": {"limit": 50, "after": null, "big": 9007199254740993, "exp": 1.5e3}}
    """#

/// An answer in the shape of an NDC message.
let sampleXML = """
    <?xml version="1.0" encoding="UTF-8"?>
    <IATA_AirShoppingRS xmlns="http://example.org/message" xmlns:c="http://example.org/common">
      <!-- two offers -->
      <c:Response>
        <c:OffersGroup><c:CarrierOffers>
          <c:Offer Owner="FX" c:Rank='1'><c:OfferID>O1</c:OfferID>
            <c:TotalPrice CurCode="EUR">162.00000000000000000000</c:TotalPrice></c:Offer>
          <c:Offer Owner="FY"><c:OfferID>O2</c:OfferID><c:Note>Fish &amp; <![CDATA[<chips>]]></c:Note></c:Offer>
        </c:CarrierOffers></c:OffersGroup>
      </c:Response>
    </IATA_AirShoppingRS>
    """
