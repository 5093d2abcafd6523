"""Books through Duffel's official Python client, unchanged but for its base URL, and prints what passed.

    pip install duffel-api==0.6.2
    mock-provider duffel --port 9101 &
    python mock-servers/conformance/duffel.py http://127.0.0.1:9101
"""

import sys
import traceback
from datetime import date, timedelta

from duffel_api import Duffel
from duffel_api.http_client import ApiError

PEOPLE = {
    "adult": {"title": "ms", "gender": "f", "given_name": "Ada", "family_name": "Lovelace", "born_on": "1990-12-10"},
    "child": {"title": "mr", "gender": "m", "given_name": "Byron", "family_name": "Lovelace", "born_on": "2018-05-12"},
    "infant_without_seat": {
        "title": "miss", "gender": "f", "given_name": "Annabella", "family_name": "Lovelace", "born_on": "2026-02-02",
    },
}


class Run:
    def __init__(self, url):
        self.client = Duffel(access_token="test", api_url=url)
        self.day = date.today() + timedelta(days=60)
        self.failed = 0

    def search(self, passengers=("adult",), back=False):
        slices = [{"origin": "LON", "destination": "NYC", "departure_date": self.day.isoformat()}]
        if back:
            returns = (self.day + timedelta(days=7)).isoformat()
            slices.append({"origin": "NYC", "destination": "LON", "departure_date": returns})
        request = self.client.offer_requests.create().return_offers().slices(slices)
        return request.passengers([{"type": kind} for kind in passengers]).execute()

    def travellers(self, offer):
        infants = [p.id for p in offer.passengers if p.type == "infant_without_seat"]
        travellers = []
        for passenger in offer.passengers:
            person = dict(PEOPLE[passenger.type], id=passenger.id, email="ada@example.org", phone_number="+442080160508")
            if passenger.type == "adult" and infants:
                person["infant_passenger_id"] = infants.pop()
            travellers.append(person)
        return travellers

    def offer(self, found, instant_only):
        for offer in found.offers:
            if offer.payment_requirements.requires_instant_payment == instant_only:
                return self.client.offers.get(offer.id, return_available_services=True)
        raise AssertionError(f"no offer with requires_instant_payment={instant_only}")

    def buy(self, offer):
        payment = {"type": "balance", "amount": offer.total_amount, "currency": offer.total_currency}
        order = self.client.orders.create().payments([payment]).selected_offers([offer.id])
        return order.passengers(self.travellers(offer)).execute()

    def hold(self, offer):
        order = self.client.orders.create().hold().selected_offers([offer.id])
        return order.passengers(self.travellers(offer)).execute()

    # What is checked, one behaviour a method.

    def searches_one_way(self):
        found = self.search()
        assert 15 <= len(found.offers) <= 40, len(found.offers)
        assert found.slices[0].origin.iata_code == "LON"

    def searches_a_return_for_a_family(self):
        found = self.search(("adult", "adult", "child", "infant_without_seat"), back=True)
        assert found.offers and all(len(offer.slices) == 2 for offer in found.offers)
        assert all(len(offer.passengers) == 4 for offer in found.offers)

    def pages_through_offers(self):
        found = self.search()
        listed = list(self.client.offers.list(found.id, sort="total_amount", limit=7))
        assert [offer.id for offer in listed] == [offer.id for offer in found.offers]

    def reads_an_offer_again(self):
        found = self.search()
        assert self.client.offer_requests.get(found.id).offers[0].id == found.offers[0].id
        assert self.client.offers.get(found.offers[0].id).total_amount == found.offers[0].total_amount

    def buys_at_once_reads_and_cancels(self):
        offer = self.offer(self.search(), instant_only=True)
        order = self.buy(offer)
        assert order.total_amount == offer.total_amount and order.documents
        assert not order.payment_status.awaiting_payment
        read = self.client.orders.get(order.id)
        assert read.booking_reference == order.booking_reference
        quote = self.client.order_cancellations.create(order.id)
        assert quote.confirmed_at is None and quote.refund_to == "balance"
        done = self.client.order_cancellations.confirm(quote.id)
        assert done.confirmed_at is not None and done.refund_amount == quote.refund_amount
        assert self.client.orders.get(order.id).cancelled_at is not None
        assert self.client.order_cancellations.get(quote.id).confirmed_at is not None

    def holds_pays_and_cancels(self):
        order = self.hold(self.offer(self.search(("adult", "child")), instant_only=False))
        assert order.payment_status.awaiting_payment and order.payment_status.payment_required_by
        assert order.id in [held.id for held in self.client.orders.list(awaiting_payment=True, sort="pay_by")]
        amount = {"type": "balance", "amount": order.total_amount, "currency": order.total_currency}
        payment = self.client.payments.create().order(order.id).payment(amount).execute()
        assert payment.amount == order.total_amount
        paid = self.client.orders.get(order.id)
        assert not paid.payment_status.awaiting_payment and len(paid.documents) == 2
        quote = self.client.order_cancellations.create(order.id)
        assert self.client.order_cancellations.confirm(quote.id).confirmed_at is not None

    def gives_a_hold_back_unpaid(self):
        order = self.hold(self.offer(self.search(("adult", "infant_without_seat")), instant_only=False))
        quote = self.client.order_cancellations.create(order.id)
        assert quote.refund_to == "awaiting_payment" and float(quote.refund_amount) == 0
        self.client.order_cancellations.confirm(quote.id)
        assert self.client.orders.get(order.id).cancelled_at is not None

    def refuses_in_duffels_words(self):
        instant = self.offer(self.search(), instant_only=True)
        self.refused("invalid_order_create_type", lambda: self.hold(instant))
        order = self.hold(self.offer(self.search(), instant_only=False))

        def pay(amount):
            payment = {"type": "balance", "amount": amount, "currency": order.total_currency}
            return self.client.payments.create().order(order.id).payment(payment).execute()

        self.refused("payment_amount_does_not_match_order_amount", lambda: pay("1.00"))
        pay(order.total_amount)
        self.refused("already_paid", lambda: pay(order.total_amount))
        self.refused("not_found", lambda: self.client.orders.get("ord_none"))

    def refused(self, code, call):
        try:
            call()
        except ApiError as error:
            assert error.errors[0]["code"] == code, error.errors
        else:
            raise AssertionError(f"{code} was expected")

    def lists_airlines_and_airports(self):
        airlines = list(self.client.airlines.list())
        assert any(airline.iata_code == "BA" for airline in airlines)
        assert self.client.airlines.get(airlines[0].id).name == airlines[0].name
        assert any(airport.iata_code == "LHR" for airport in self.client.airports.list())
        assert list(self.client.aircraft.list())

    def all(self):
        for name, check in vars(Run).items():
            if name.startswith("_") or name in ("search", "travellers", "offer", "buy", "hold", "refused", "all"):
                continue
            try:
                check(self)
                print(f"passed  {name}")
            except Exception:
                self.failed += 1
                print(f"FAILED  {name}\n{traceback.format_exc()}")
        return self.failed


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(1 if Run(sys.argv[1]).all() else 0)
