#!/usr/bin/env python3
"""Writes Sources/FareDomain/Money/ISO4217.swift from ISO 4217 list one.

    pip install iso4217 && python3 scripts/generate_currencies.py

The package `iso4217` (public domain) carries the table that SIX publishes as the standard's maintenance agency. Codes
without a minor unit there (XAU, XDR, XTS, XXX) are not money, and are left out.
"""

import pathlib

import iso4217

TARGET = pathlib.Path(__file__).parent.parent / "Sources/FareDomain/Money/ISO4217.swift"

# What must hold of any edition of the list: checked before anything is written.
KNOWN = {"GBP": 2, "USD": 2, "EUR": 2, "JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "VND": 0, "BHD": 3, "KWD": 3, "OMR": 3,
         "JOD": 3, "TND": 3, "IQD": 3, "LYD": 3, "CLF": 4, "UYW": 4, "HUF": 2, "TWD": 2, "IDR": 2}


def exponents() -> dict[str, int]:
    found = {c.code: c.exponent for c in iso4217.Currency if c.exponent is not None}
    for code, exponent in KNOWN.items():
        assert found.get(code) == exponent, (code, found.get(code))
    assert not {"XAU", "XAG", "XXX", "XTS", "XDR"} & found.keys()
    assert all(len(c) == 3 and c.isascii() and c.isupper() and 0 <= e <= 4 for c, e in found.items())
    assert 150 < len(found) < 200
    return found


def main() -> None:
    by_exponent: dict[int, list[str]] = {}
    for code, exponent in sorted(exponents().items()):
        by_exponent.setdefault(exponent, []).append(code)
    lines = [
        "// Made by scripts/generate_currencies.py. Do not edit.",
        f"// Source: ISO 4217 list one, published {iso4217.__published__}.",
        "",
        "// swift-format-ignore-file",
        "",
        "/// Digits of the minor unit of each active currency.",
        "enum ISO4217 {",
        "    static let exponents: [String: Int] = {",
        "        var table: [String: Int] = [:]",
        "        for (exponent, codes) in codesByExponent {",
        '            for code in codes.split(separator: " ") { table[String(code)] = exponent }',
        "        }",
        "        return table",
        "    }()",
        "",
        "    private static let codesByExponent: [(exponent: Int, codes: String)] = [",
    ]
    for exponent, codes in sorted(by_exponent.items()):
        rows = [" ".join(codes[i:i + 25]) for i in range(0, len(codes), 25)]
        lines.append(f'        ({exponent}, """')
        lines += [f"            {row}" + (" \\" if row != rows[-1] else "") for row in rows]
        lines.append('            """),')
    lines += ["    ]", "}", ""]
    TARGET.write_text("\n".join(lines))


if __name__ == "__main__":
    main()
