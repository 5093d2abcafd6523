#!/usr/bin/env python3
"""Writes Sources/FareDomain/Time/ZoneData.swift: the offsets of every IANA zone from 1990 to 2050.

    pip install tzdata && python3 scripts/generate_zones.py

The package `tzdata` (public domain data) carries the IANA time zone database. Zones whose offsets are the same all
through those years share one line, so that old names (`Asia/Calcutta`, `US/Eastern`) cost nothing.
"""

import datetime
import importlib.resources
import pathlib
import zoneinfo

TARGET = pathlib.Path(__file__).parent.parent / "Sources/FareDomain/Time/ZoneData.swift"
START = datetime.datetime(1990, 1, 1, tzinfo=datetime.timezone.utc)
END = datetime.datetime(2051, 1, 1, tzinfo=datetime.timezone.utc)
# Transitions are whole minutes since 1990 in every zone; checked below.
MINUTE = datetime.timedelta(minutes=1)
# Two changes of offset within one step would go unseen if they cancel out. None has ever been that close.
STEP = datetime.timedelta(hours=12)


def offset(zone: zoneinfo.ZoneInfo, instant: datetime.datetime) -> int:
    minutes, rest = divmod(instant.astimezone(zone).utcoffset(), MINUTE)
    assert not rest, (zone, instant)
    return minutes


def transitions(zone: zoneinfo.ZoneInfo) -> list[tuple[int, int]]:
    """(minutes since START, minutes east of UTC from then on); the first is what holds at START."""
    found = [(0, offset(zone, START))]
    instant = START
    while instant < END:
        following = instant + STEP
        current = offset(zone, following)
        if current != found[-1][1]:
            low, high = instant, following
            while high - low > MINUTE:
                middle = low + (high - low) // MINUTE // 2 * MINUTE
                low, high = (middle, high) if offset(zone, middle) == found[-1][1] else (low, middle)
            assert offset(zone, high) == offset(zone, following), (zone, high)
            assert offset(zone, high - datetime.timedelta(seconds=1)) == found[-1][1], (zone, high)
            found.append(((high - START) // MINUTE, current))
        instant = following
    return found


def encoded(changes: list[tuple[int, int]]) -> str:
    """The first offset, then for each change: minutes since the one before, and the new offset."""
    words = [str(changes[0][1])]
    for (before, _), (at, east) in zip(changes, changes[1:]):
        words += [str(at - before), str(east)]
    return " ".join(words)


def lines() -> list[str]:
    names_of: dict[str, list[str]] = {}
    seen: dict[bytes, str] = {}
    for name in sorted(zoneinfo.available_timezones() - {"Factory", "localtime"}):
        raw = importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
        if raw not in seen:
            seen[raw] = encoded(transitions(zoneinfo.ZoneInfo(name)))
        names_of.setdefault(seen[raw], []).append(name)
    return sorted(f"{' '.join(names)}|{changes}" for changes, names in names_of.items())


def main() -> None:
    zoneinfo.reset_tzpath(to=[])  # the package's data, whatever this machine has
    version = importlib.resources.files("tzdata").joinpath("zones").parent.joinpath("zoneinfo/tzdata.zi")
    release = version.read_text().splitlines()[0].removeprefix("# version ")
    TARGET.write_text("\n".join([
        "// Made by scripts/generate_zones.py. Do not edit.",
        f"// Source: the IANA time zone database, release {release}.",
        "",
        "// swift-format-ignore-file",
        "",
        "/// One line for each set of offsets: the names that have it, `|`, then minutes. The first is the offset at",
        "/// 1990-01-01T00:00Z; then pairs: how long after the last change (or 1990) the next comes, and the offset from there.",
        "enum ZoneData {",
        '    static let text: StaticString = """',
        *lines(),
        '"""',
        "}",
        "",
    ]))


if __name__ == "__main__":
    main()
