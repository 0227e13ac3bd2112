"""Colours by meaning. Robots wear the colours of Okabe and Ito (2008), which colour-blind people can tell apart."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from layout.floor import StationKind
from robots.lifecycle import RobotState

RGB = tuple[int, int, int]


def rgb(text: str) -> RGB:
    """(red, green, blue) of "RRGGBB"."""
    red, green, blue = bytes.fromhex(text)
    return red, green, blue


ORANGE, SKY, GREEN, YELLOW = rgb("E69F00"), rgb("56B4E9"), rgb("009E73"), rgb("F0E442")
BLUE, VERMILLION, PURPLE, BLACK = rgb("0072B2"), rgb("D55E00"), rgb("CC79A7"), rgb("000000")
GREY, WHITE = rgb("8D949E"), rgb("FFFFFF")


class Ground(IntEnum):
    """What a cell looks like when no robot is on it."""

    OUTSIDE = 0
    WALL = 1
    AISLE = 2
    PLACE = 3
    """A storage place without its pod."""
    POD = 4
    CHARGER = 5
    OUTFEED = 6
    PICK_LANE = 7
    STOW_LANE = 8
    PACK_LANE = 9
    PICK = 10
    STOW = 11
    PACK = 12


LANES = {
    StationKind.PICK: Ground.PICK_LANE,
    StationKind.STOW: Ground.STOW_LANE,
    StationKind.PACK: Ground.PACK_LANE,
}
SERVICES = {StationKind.PICK: Ground.PICK, StationKind.STOW: Ground.STOW, StationKind.PACK: Ground.PACK}


@dataclass(frozen=True, slots=True, eq=False)
class StateGroup:
    """States that are counted and coloured together."""

    name: str
    colour: RGB
    states: tuple[RobotState, ...]


GROUPS = (
    StateGroup("idle", GREY, (RobotState.IDLE, RobotState.PARKING)),
    StateGroup("fetching", SKY, (RobotState.FETCHING,)),
    StateGroup("waiting", PURPLE, (RobotState.HOLDING,)),
    StateGroup("carrying", BLUE, (RobotState.LIFTING, RobotState.CARRYING)),
    StateGroup("at station", GREEN, (RobotState.PRESENTING,)),
    StateGroup("storing", ORANGE, (RobotState.STORING, RobotState.SETTING_DOWN)),
    StateGroup("charging", YELLOW, (RobotState.TO_CHARGER, RobotState.CHARGING)),
    StateGroup("dead", BLACK, (RobotState.DEAD,)),
)


def _by_state() -> NDArray[np.uint8]:
    table = np.zeros((len(RobotState), 3), np.uint8)
    for group in GROUPS:
        table[list(group.states)] = group.colour
    return table


STATE_COLOURS = _by_state()
"""uint8[states, 3]: red, green, blue by RobotState."""


HEAT_LEVELS = 12
_HEAT = ("F4EFE4", "E8C99A", "C98A4B", "8A4A1E", "3A1A0A")


def _heat() -> NDArray[np.uint8]:
    stops = np.array([rgb(text) for text in _HEAT], float)
    at = np.linspace(0, len(_HEAT) - 1, HEAT_LEVELS)
    return np.stack([np.interp(at, np.arange(len(_HEAT)), part) for part in stops.T], axis=1).astype(np.uint8)


HEAT = _heat()
"""uint8[levels, 3]: pods from slow to fast, from the pods' own beige into brown, which no robot wears."""


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """Everything but robots, whose colours are the same by day and by night."""

    ground: dict[Ground, RGB]
    pod_edge: RGB
    load: RGB
    """A pod on a robot."""
    load_edge: RGB
    totes: RGB
    mark: RGB
    """Lane arrows and other faint signs on the ground."""
    bolt: RGB
    station: dict[StationKind, RGB]
    """Labels and frames of stations."""
    panel: RGB
    raised: RGB
    """Bars and keys on a panel, not filled."""
    rule: RGB
    ink: RGB
    muted: RGB
    accent: RGB
    """Selection, path and timeline."""
    alarm: RGB = VERMILLION

    def grounds(self) -> NDArray[np.uint8]:
        """uint8[grounds, 3]: red, green, blue by Ground."""
        return np.array([self.ground[ground] for ground in Ground], np.uint8)


DAY = Palette(
    ground={
        Ground.OUTSIDE: rgb("E6E9ED"),
        Ground.WALL: rgb("D6DAE0"),
        Ground.AISLE: rgb("FBFBFC"),
        Ground.PLACE: rgb("EEEFF2"),
        Ground.POD: rgb("DDD3C0"),
        Ground.CHARGER: rgb("FFF6C9"),
        Ground.OUTFEED: rgb("CFE3EF"),
        Ground.PICK_LANE: rgb("E1EEF6"),
        Ground.STOW_LANE: rgb("FBEED3"),
        Ground.PACK_LANE: rgb("F3E4EE"),
        Ground.PICK: rgb("A9CFE4"),
        Ground.STOW: rgb("F3D08E"),
        Ground.PACK: rgb("DDB4CD"),
    },
    pod_edge=rgb("C6B899"),
    load=rgb("EFE3C8"),
    load_edge=rgb("6E6145"),
    totes=rgb("B98B5E"),
    mark=rgb("D4D9E0"),
    bolt=rgb("C99700"),
    station={
        StationKind.PICK: rgb("005B8F"),
        StationKind.STOW: rgb("8A5A00"),
        StationKind.PACK: rgb("7E3B66"),
    },
    panel=rgb("FFFFFF"),
    raised=rgb("E9ECF0"),
    rule=rgb("D9DDE3"),
    ink=rgb("1D2733"),
    muted=rgb("66717F"),
    accent=rgb("4338CA"),
)
