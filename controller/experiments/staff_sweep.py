"""Headcounts at the stations as a parameter of variants: `--people pack=2,4,6`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from layout.errors import InputError, Problem
from layout.floor import Floor, StationKind

_MOST = 255
"""Largest number of people at a station that a frame can hold."""
_SUFFIX = "_people"
People = dict[str, tuple[int, ...]]
"""{"pack_people": (2, 4, 6)}: values to try by the name of the parameter."""


def read_people(words: Sequence[str]) -> People:
    """Return values by parameter from texts such as pack=2,4,6. InputError with every fault."""
    values: People = {}
    problems: list[Problem] = []
    for word in words:
        kind, _, text = word.partition("=")
        option, parts = f"--people {word}", [part.strip() for part in text.split(",")]
        if kind not in list(StationKind):
            problems.append(
                Problem(option, "", f"{kind!r} is no kind of station", "write pick, stow or pack, as pack=2,4")
            )
        elif not all(part.isdecimal() and 0 < int(part) <= _MOST for part in parts):
            problems.append(
                Problem(option, "", "is not a list of numbers of people", f"1 to {_MOST} each, as {kind}=2,4")
            )
        elif kind + _SUFFIX in values or len(set(map(int, parts))) < len(parts):
            problems.append(Problem(option, "", "names a kind or a number twice", "name all numbers of a kind at once"))
        else:
            values[kind + _SUFFIX] = tuple(map(int, parts))
    if problems:
        raise InputError(problems)
    return values


def with_people(floor: Floor, staff: Mapping[str, int]) -> Floor:
    """Return the floor with these headcounts at the stations of each kind; the floor itself if there are none."""
    return staffed(floor, {kind: staff[kind + _SUFFIX] for kind in StationKind if kind + _SUFFIX in staff})


def staffed(floor: Floor, people: Mapping[StationKind, int]) -> Floor:
    """Return the floor with these headcounts at the stations of each kind."""
    if not people:
        return floor
    stations = tuple(replace(station, people=people.get(station.kind, station.people)) for station in floor.stations)
    return replace(floor, stations=stations)
