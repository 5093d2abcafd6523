"""Runs the official Amadeus client (pip install amadeus==12.0.0) against a mock, unchanged but for its host.

    python amadeus.py http://127.0.0.1:9102

Exits with 1 if anything is not as Amadeus would have it. Run it in a virtual environment: the name of this file is the
client's, so the script takes its own folder off the path first.
"""

import copy
import os
import sys
import traceback
from datetime import date, timedelta
from urllib.parse import urlparse

sys.path = [path for path in sys.path if os.path.abspath(path or ".") != os.path.dirname(os.path.abspath(__file__))]

from amadeus import Client, ResponseError  # noqa: E402


def person(identifier, first, born, gender="FEMALE"):
    return {
        "id": identifier,
        "dateOfBirth": born,
        "name": {"firstName": first, "lastName": "LOVELACE"},
        "gender": gender,
        "contact": {
            "emailAddress": "ada@example.org",
            "phones": [{"deviceType": "MOBILE", "countryCallingCode": "44", "number": "2080160508"}],
        },
    }


ADA = person("1", "ADA", "1990-12-10")


class Run:
    def __init__(self, url):
        address = urlparse(url)
        self.client = Client(
            client_id="any", client_secret="any", host=address.hostname, port=address.port, ssl=False
        )
        self.day = (date.today() + timedelta(days=60)).isoformat()

    def _search(self, **more):
        query = dict(originLocationCode="LON", destinationLocationCode="NYC", departureDate=self.day, adults=1)
        return self.client.shopping.flight_offers_search.get(**dict(query, **more))

    def _priced(self):
        offer = self._search(max=3).data[0]
        return self.client.shopping.flight_offers.pricing.post(offer).data["flightOffers"][0]

    def _refused(self, code, call):
        try:
            call()
        except ResponseError as error:
            found = error.response.result["errors"][0]
            assert int(found["code"]) == code, found
            return found
        raise AssertionError(f"{code} was expected")

    # What is checked, one behaviour a method.

    def searches_with_a_get(self):
        found = self._search(max=5)
        assert found.status_code == 200 and len(found.data) == 5, found.result["meta"]
        assert not any(offer["instantTicketingRequired"] for offer in found.data)
        totals = [float(offer["price"]["grandTotal"]) for offer in found.data]
        assert totals == sorted(totals), totals

    def searches_a_return_for_a_family_with_a_post(self):
        back = (date.fromisoformat(self.day) + timedelta(days=7)).isoformat()
        body = {
            "currencyCode": "EUR",
            "originDestinations": [
                {"id": "1", "originLocationCode": "LON", "destinationLocationCode": "NYC",
                 "departureDateTimeRange": {"date": self.day}},
                {"id": "2", "originLocationCode": "NYC", "destinationLocationCode": "LON",
                 "departureDateTimeRange": {"date": back}},
            ],
            "travelers": [
                {"id": "1", "travelerType": "ADULT"}, {"id": "2", "travelerType": "CHILD"},
                {"id": "3", "travelerType": "HELD_INFANT", "associatedAdultId": "1"},
            ],
            "sources": ["GDS"],
            "searchCriteria": {"maxFlightOffers": 10},
        }
        found = self.client.shopping.flight_offers_search.post(body)
        assert found.data and all(len(offer["itineraries"]) == 2 for offer in found.data)
        offer = found.data[0]
        assert offer["price"]["currency"] == "EUR" and len(offer["travelerPricings"]) == 3
        priced = self.client.shopping.flight_offers.pricing.post(offer).data["flightOffers"][0]
        people = [ADA, person("2", "ALLEGRA", "2017-01-12"), person("3", "BYRON", "2026-01-22", "MALE")]
        order = self.client.booking.flight_orders.post(priced, people).data
        assert len(order["travelers"]) == 3
        self.client.booking.flight_order(order["id"]).delete()

    def prices_an_offer(self):
        offer = self._search(max=1).data[0]
        answer = self.client.shopping.flight_offers.pricing.post(offer, include="detailed-fare-rules")
        priced = answer.data["flightOffers"][0]
        assert priced["price"]["grandTotal"] == offer["price"]["grandTotal"]
        assert priced["fareRules"]["rules"] and answer.result["included"]["detailed-fare-rules"]

    def orders_reads_and_deletes(self):
        order = self.client.booking.flight_orders.post(self._priced(), ADA).data
        assert order["type"] == "flight-order" and len(order["associatedRecords"][0]["reference"]) == 6
        read = self.client.booking.flight_order(order["id"]).get().data
        assert read["associatedRecords"] == order["associatedRecords"] and "tickets" not in read
        assert self.client.booking.flight_order(order["id"]).delete().status_code == 204
        self._refused(1797, self.client.booking.flight_order(order["id"]).get)
        self._refused(1797, self.client.booking.flight_order(order["id"]).delete)

    def orders_with_a_ticket_and_deletes(self):
        body = {"data": {"type": "flight-order", "flightOffers": [self._priced()], "travelers": [ADA],
                         "ticketingAgreement": {"option": "CONFIRM"}}}
        order = self.client.post("/v1/booking/flight-orders", body).data
        assert order["tickets"][0]["documentStatus"] == "ISSUED"
        assert self.client.booking.flight_order(order["id"]).delete().status_code == 204

    def holds_and_issues(self):
        body = {"data": {"type": "flight-order", "flightOffers": [self._priced()], "travelers": [ADA],
                         "ticketingAgreement": {"option": "DELAY_TO_CANCEL", "delay": "2D"}}}
        order = self.client.post("/v1/booking/flight-orders", body).data
        assert order["ticketingAgreement"]["dateTime"] and "tickets" not in order
        path = f"/v1/booking/flight-orders/{order['id']}/issuance"
        assert self.client.post(path, {}).data["tickets"]
        self._refused(9112, lambda: self.client.post(path, {}))

    def refuses_a_changed_offer(self):
        offer = self._search(max=1).data[0]
        cheap = copy.deepcopy(offer)
        cheap["price"]["grandTotal"] = "1.00"
        self._refused(4926, lambda: self.client.shopping.flight_offers.pricing.post(cheap))
        other = copy.deepcopy(offer)
        other["itineraries"][0]["segments"][0]["departure"]["at"] = f"{self.day}T23:59:00"
        self._refused(4926, lambda: self.client.shopping.flight_offers.pricing.post(other))
        priced = self._priced()
        priced["price"]["grandTotal"] = "1.00"
        found = self._refused(37200, lambda: self.client.booking.flight_orders.post(priced, ADA))
        assert "(1.00)" in found["detail"], found

    def refuses_in_amadeus_words(self):
        self._refused(32171, lambda: self.client.shopping.flight_offers_search.get(adults=1))
        self._refused(477, lambda: self._search(departureDate="tomorrow"))
        self._refused(38196, lambda: self.client.get("/v1/nothing"))
        priced = self._priced()
        couple = [ADA, person("2", "BEA", "1990-12-10")]
        self._refused(4926, lambda: self.client.booking.flight_orders.post(priced, couple))
        nameless = {key: value for key, value in ADA.items() if key != "name"}
        self._refused(32171, lambda: self.client.booking.flight_orders.post(priced, nameless))

    def all(self):
        failed = 0
        for name, check in vars(Run).items():
            if name.startswith("_") or name == "all":
                continue
            try:
                check(self)
                print(f"passed  {name}")
            except Exception:
                failed += 1
                print(f"FAILED  {name}\n{traceback.format_exc()}")
        return failed


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(1 if Run(sys.argv[1]).all() else 0)
