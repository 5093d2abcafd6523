#!/usr/bin/env python3
"""What a recorded answer of a booking API offers, worked out without any of Faremux's code.

    expected.py DIRECTORY FILE          prints one JSON object for DIRECTORY/FILE
    expected.py --check FILE            exits with 3 if a package that FILE needs is missing

An offer is printed as its total and its slices; a segment as its flight, its local times with their offset from UTC, and
its instants. Zones are those that the payload states. Amadeus states none: there they come from the package
`airportsdata` (https://pypi.org/project/airportsdata/), of which Faremux's own table is made too; the offsets are worked
out by the standard library's `zoneinfo` all the same.
"""

import json
import sys
import xml.etree.ElementTree as ElementTree
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

# Digits of the minor unit (ISO 4217) of the currencies in the recordings.
MINOR_DIGITS = {"GBP": 2, "EUR": 2, "USD": 2, "AUD": 2}


def money(amount, currency):
    """Exact decimal text with the currency's own number of digits."""
    value = Decimal(amount)
    rounded = value.quantize(Decimal(1).scaleb(-MINOR_DIGITS[currency]))
    if rounded != value:
        raise ValueError(f"{amount} {currency} has a part of a minor unit")
    return f"{rounded} {currency}"


def zoned(text, zone):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def segment(flight, origin, departure, destination, arrival):
    return {
        "flight": flight,
        "origin": origin,
        "destination": destination,
        "departs_at": departure.isoformat(timespec="seconds"),
        "arrives_at": arrival.isoformat(timespec="seconds"),
        "departure": int(departure.timestamp()),
        "arrival": int(arrival.timestamp()),
    }


def itinerary_slice(segments):
    start, end = segments[0]["departure"], segments[-1]["arrival"]
    return {"seconds": end - start, "segments": segments}


def number(text):
    return text.lstrip("0") or "0"


# Duffel: local times, with the zone of the airport beside it.


def duffel(text):
    data = json.loads(text)["data"]
    offers = data if isinstance(data, list) else data.get("offers", [data])
    return [duffel_offer(offer) for offer in offers]


def duffel_offer(offer):
    slices = [itinerary_slice([duffel_segment(s) for s in part["segments"]]) for part in offer["slices"]]
    return {"total": money(offer["total_amount"], offer["total_currency"]), "slices": slices}


def duffel_segment(part):
    origin, destination = part["origin"], part["destination"]
    return segment(
        part["marketing_carrier"]["iata_code"] + number(part["marketing_carrier_flight_number"]),
        origin["iata_code"],
        zoned(part["departing_at"], origin["time_zone"]),
        destination["iata_code"],
        zoned(part["arriving_at"], destination["time_zone"]),
    )


# Amadeus: local times, no zone anywhere. What is charged is the grand total.


def amadeus(text):
    import airportsdata

    zones = {code: airport["tz"] for code, airport in airportsdata.load("IATA").items()}
    data = json.loads(text)["data"]
    offers = data["flightOffers"] if isinstance(data, dict) else data
    return [amadeus_offer(offer, zones) for offer in offers]


def amadeus_offer(offer, zones):
    price = offer["price"]
    return {
        "total": money(price["grandTotal"], price["currency"]),
        "slices": [
            itinerary_slice([amadeus_segment(s, zones) for s in part["segments"]]) for part in offer["itineraries"]
        ],
    }


def amadeus_segment(part, zones):
    departure, arrival = part["departure"], part["arrival"]
    return segment(
        part["carrierCode"] + number(part["number"]),
        departure["iataCode"],
        zoned(departure["at"], zones[departure["iataCode"]]),
        arrival["iataCode"],
        zoned(arrival["at"], zones[arrival["iataCode"]]),
    )


# NDC 19.2: journeys and segments in lists, referred to by id. An offer's total is that of its items.


def ndc(text):
    root = ElementTree.fromstring(text)
    space = {"n": root.tag[1:].split("}")[0]}
    segments = {s.findtext("n:PaxSegmentID", None, space): s for s in root.iterfind(".//n:PaxSegment", space)}
    journeys = {
        journey.findtext("n:PaxJourneyID", None, space): [
            ndc_segment(segments[ref.text], space) for ref in journey.iterfind("n:PaxSegmentRefID", space)
        ]
        for journey in root.iterfind(".//n:PaxJourney", space)
    }
    return [ndc_offer(offer, journeys, space) for offer in root.iterfind(".//n:CarrierOffers/n:Offer", space)]


def ndc_offer(offer, journeys, space):
    totals = offer.findall("n:OfferItem/n:Price/n:TotalAmount", space)
    currency = totals[0].get("CurCode")
    if any(total.get("CurCode") != currency for total in totals):
        raise ValueError("items of one offer in two currencies")
    references = [ref.text for ref in offer.iterfind(".//n:PaxJourneyRefID", space)]
    return {
        "total": money(sum(Decimal(total.text) for total in totals), currency),
        "slices": [itinerary_slice(journeys[reference]) for reference in dict.fromkeys(references)],
    }


def ndc_segment(element, space):
    def call(side):
        time = element.find(f"n:DatedOperatingLeg/n:{side}/n:AircraftScheduledDateTime", space)
        place = element.findtext(f"n:DatedOperatingLeg/n:{side}/n:IATA_LocationCode", None, space)
        return place, zoned(time.text, time.get("TimeZoneCode"))

    carrier = element.findtext("n:MarketingCarrierInfo/n:CarrierDesigCode", None, space)
    flight = element.findtext("n:MarketingCarrierInfo/n:MarketingCarrierFlightNumberText", None, space)
    return segment(carrier + number(flight), *call("Dep"), *call("Arrival"))


READERS = {"duffel": duffel, "amadeus": amadeus, "ndc": ndc}


def check(file):
    if file.split("/")[0] == "amadeus":
        try:
            import airportsdata  # noqa: F401
        except ImportError:
            sys.exit(3)


def main(arguments):
    directory, file = arguments
    if directory == "--check":
        return check(file)
    offers = READERS[file.split("/")[0]]((Path(directory) / file).read_text(encoding="utf-8"))
    json.dump({"offers": offers}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
