#!/usr/bin/env python3
"""Writes Tests/FareDomainTests/Time/ZoneFixture.swift: what Python's zoneinfo makes of local times around clock changes.

    pip install tzdata && python3 scripts/generate_zone_fixture.py

Deterministic: the times between changes come from a seeded generator.
"""

import datetime
import pathlib
import random
import zoneinfo

TARGET = pathlib.Path(__file__).parent.parent / "Tests/FareDomainTests/Time/ZoneFixture.swift"
EPOCH = datetime.datetime(1970, 1, 1)
UTC = datetime.timezone.utc

# Half-hour changes, changes at midnight, a skipped day, negative daylight time, Ramadan, old names, and the usual ones.
ZONES = """Africa/Cairo Africa/Casablanca America/Bogota America/Godthab America/Havana America/Los_Angeles America/New_York
America/Nuuk America/Santiago America/Sao_Paulo America/St_Johns Antarctica/Troll Asia/Beirut Asia/Calcutta Asia/Gaza
Asia/Kathmandu Asia/Tehran Asia/Tokyo Atlantic/Azores Australia/Lord_Howe Australia/Sydney Europe/Dublin Europe/Istanbul
Europe/London Europe/Moscow Pacific/Apia Pacific/Auckland Pacific/Chatham Pacific/Kiritimati US/Eastern UTC""".split()


def local_seconds(moment: datetime.datetime) -> int:
    return int((moment.replace(tzinfo=None) - EPOCH).total_seconds())


def changes(zone: zoneinfo.ZoneInfo) -> list[datetime.datetime]:
    """The wall clock, by the offset from before, at each change from 1991 to 2049."""
    found = []
    instant = datetime.datetime(1991, 1, 1, tzinfo=UTC)
    while instant.year < 2050:
        following = instant + datetime.timedelta(hours=6)
        if instant.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            low, high = 0, 6 * 3600
            while high - low > 1:
                middle = (low + high) // 2
                same = (instant + datetime.timedelta(seconds=middle)).astimezone(zone).utcoffset()
                low, high = (middle, high) if same == instant.astimezone(zone).utcoffset() else (low, middle)
            found.append((instant + datetime.timedelta(seconds=high)).replace(tzinfo=None)
                         + instant.astimezone(zone).utcoffset())
        instant = following
    return found


def row(zone: zoneinfo.ZoneInfo, wall: datetime.datetime) -> str:
    """Asked: seconds on the wall clock. Expected: the instant, and the offset there."""
    # fold=0 is the first of two readings, and the offset from before a gap: the instant is then past it.
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    offset = int(instant.astimezone(zone).utcoffset().total_seconds())
    return f"{local_seconds(wall)} {local_seconds(instant)} {offset}"


def rows(name: str, dice: random.Random) -> list[str]:
    zone = zoneinfo.ZoneInfo(name)
    walls = [datetime.datetime(1990, 1, 2) + datetime.timedelta(seconds=dice.randrange(60 * 365 * 86_400))
             for _ in range(8)]
    all_changes = changes(zone)
    for change in dice.sample(all_changes, min(8, len(all_changes))):
        walls += [change + datetime.timedelta(seconds=s) for s in (-3601, -1800, -1, 0, 1799, 3599, 3600)]
    return [row(zone, wall) for wall in sorted(set(walls))]


def main() -> None:
    zoneinfo.reset_tzpath(to=[])
    dice = random.Random(20261121)
    lines = [f"{name}|{','.join(rows(name, dice))}" for name in ZONES]
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text("\n".join([
        "// Made by scripts/generate_zone_fixture.py. Do not edit.",
        "",
        "// swift-format-ignore-file",
        "",
        "/// A zone, `|`, and rows: seconds on the wall clock, seconds since 1970 of the instant, seconds east of UTC there.",
        'let zoneFixture = """',
        *lines,
        '"""',
        "",
    ]))


if __name__ == "__main__":
    main()
