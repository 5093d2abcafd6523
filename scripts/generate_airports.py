#!/usr/bin/env python3
"""Writes Sources/FareDomain/Places/AirportData.swift: where each airport is, and which city and zone it belongs to.

    pip install airportsdata && python3 scripts/generate_airports.py

The package `airportsdata` is under the MIT licence.
"""

import pathlib

import airportsdata

TARGET = pathlib.Path(__file__).parent.parent / "Sources/FareDomain/Places/AirportData.swift"

# IATA city codes of several airports that the package lacks, and airports that it leaves out of their city.
MORE_CITIES = {
    "NYC": ["EWR"], "WAS": ["BWI"], "LON": ["SEN"], "PAR": ["BVA"], "STO": ["NYO", "VST"], "MOW": ["ZIA"],
    "JNB": ["JNB"], "YMQ": ["YUL", "YMX", "YHU"], "YEA": ["YEG"], "DTT": ["DTW", "YIP"], "BUH": ["OTP", "BBU"],
    "EAP": ["BSL", "MLH"],
}


def cities() -> dict[str, str]:
    """The city code of each airport that has another one than its own."""
    members = {city: sorted(entry["airports"]) for city, entry in airportsdata.load_iata_macs().items()}
    for city, more in MORE_CITIES.items():
        members[city] = members.get(city, []) + more
    city_of: dict[str, str] = {}
    for city, airports in sorted(members.items()):
        for airport in airports:
            assert city_of.setdefault(airport, city) == city, (airport, city, city_of[airport])
    return city_of


def lines() -> list[str]:
    airports = airportsdata.load("IATA")
    city_of = cities()
    missing = sorted(city_of.keys() - airports.keys())
    assert not missing, missing
    by_zone: dict[str, list[str]] = {}
    for code, airport in sorted(airports.items()):
        assert len(code) == 3 and code.isascii() and code.isalpha() and code.isupper(), code
        assert len(airport["country"]) == 2 and airport["tz"], airport
        assert -90 <= airport["lat"] <= 90 and -180 <= airport["lon"] <= 180, airport
        # 1/10,000 degree is 11 metres.
        words = [code, airport["country"], str(round(airport["lat"] * 10_000)), str(round(airport["lon"] * 10_000))]
        if city_of.get(code, code) != code:
            words.append(city_of[code])
        by_zone.setdefault(airport["tz"], []).append(" ".join(words))
    return [line for zone, rows in sorted(by_zone.items()) for line in [f"@{zone}", *rows]]


def main() -> None:
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text("\n".join([
        "// Made by scripts/generate_airports.py. Do not edit.",
        f"// Source: airportsdata {airportsdata.__version__}, MIT licence.",
        "",
        "// swift-format-ignore-file",
        "",
        "/// `@` and a zone, then the airports in it: code, country, latitude and longitude in 1/10,000 degrees, and the city's",
        "/// code if it is not the airport's own.",
        "enum AirportData {",
        '    static let text: StaticString = """',
        *lines(),
        '"""',
        "}",
        "",
    ]))


if __name__ == "__main__":
    main()
