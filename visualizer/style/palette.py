"""Colours by meaning. Robots have the colours of Okabe and Ito (2008), which colour-blind people can distinguish.

States whose colours are similar for some people also have bodies of different shapes. Contrast is defined as in WCAG
2.1.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum, auto

import numpy as np
from numpy.typing import NDArray

from layout.floor import StationKind
from robots.units.lifecycle import RobotState

RGB = tuple[int, int, int]


def rgb(text: str) -> RGB:
    """Return (red, green, blue) of "RRGGBB"."""
    red, green, blue = bytes.fromhex(text)
    return red, green, blue


ORANGE, SKY, GREEN, YELLOW = rgb("E69F00"), rgb("56B4E9"), rgb("009E73"), rgb("F0E442")
BLUE, VERMILLION, PURPLE, BLACK = rgb("0072B2"), rgb("D55E00"), rgb("CC79A7"), rgb("000000")
GREY, WHITE = rgb("8D949E"), rgb("FFFFFF")


class Ground(IntEnum):
    """Look of a cell without a robot."""

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


class Body(Enum):
    """Outlines of robots."""

    DISC = auto()
    RING = auto()
    HEXAGON = auto()
    DIAMOND = auto()
    SQUARE = auto()
    CROSS = auto()
    """Mark on robots out of order."""


@dataclass(frozen=True, slots=True, eq=False)
class StateGroup:
    """States that are counted, coloured and shaped together."""

    name: str
    colour: RGB
    body: Body
    states: tuple[RobotState, ...]


GROUPS = (
    StateGroup("idle", GREY, Body.RING, (RobotState.IDLE, RobotState.PARKING)),
    StateGroup("fetching", SKY, Body.DISC, (RobotState.FETCHING,)),
    StateGroup("waiting", PURPLE, Body.HEXAGON, (RobotState.HOLDING,)),
    StateGroup("carrying", BLUE, Body.DISC, (RobotState.LIFTING, RobotState.CARRYING)),
    StateGroup("at station", GREEN, Body.DIAMOND, (RobotState.PRESENTING,)),
    StateGroup("storing", ORANGE, Body.SQUARE, (RobotState.STORING, RobotState.SETTING_DOWN)),
    StateGroup("charging", YELLOW, Body.DISC, (RobotState.TO_CHARGER, RobotState.CHARGING)),
    StateGroup("dead", BLACK, Body.DISC, (RobotState.DEAD,)),
)
BODIES = {state: group.body for group in GROUPS for state in group.states}


def luminance(colour: RGB) -> float:
    """Return the relative luminance, 0 for black to 1 for white."""
    parts = np.array(colour) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(first: RGB, second: RGB) -> float:
    """Return the contrast: 1 for equal luminance to 21 for black on white; text needs 4.5."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


DARK_INK = rgb("14181E")


def ink_on(colour: RGB) -> RGB:
    """Return white or a near black, whichever is easier to read on a colour."""
    return max(WHITE, DARK_INK, key=lambda ink: contrast(ink, colour))


def _by_state() -> NDArray[np.uint8]:
    table = np.zeros((len(RobotState), 3), np.uint8)
    for group in GROUPS:
        table[list(group.states)] = group.colour
    return table


STATE_COLOURS = _by_state()
"""uint8[states, 3]: red, green, blue by RobotState."""


HEAT_LEVELS = 12


def _ramp(*stops: str) -> NDArray[np.uint8]:
    """Return uint8[levels, 3] interpolated between the stops."""
    colours = np.array([rgb(text) for text in stops], float)
    positions = np.linspace(0, len(stops) - 1, HEAT_LEVELS)
    return np.stack([np.interp(positions, np.arange(len(stops)), part) for part in colours.T], axis=1).astype(np.uint8)


HEAT = _ramp("F4EFE4", "E8C99A", "C98A4B", "8A4A1E", "3A1A0A")
"""uint8[levels, 3]: heat by day, from the beige of pods to a brown that no robot has; by night it glows instead."""
_GLOW = _ramp("2B2A2E", "5A4530", "96652F", "D3A050", "FFEBC2")


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """All colours except robots', which are the same by day and by night.

    heat: uint8[HEAT_LEVELS, 3], from minimum to maximum.
    """

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
    """Unfilled bars and keys on a panel."""
    rule: RGB
    ink: RGB
    muted: RGB
    accent: RGB
    """Selection, route and timeline."""
    warning: RGB
    """Text of alarms."""
    station_ink: RGB
    """Text on the colours of stations."""
    halo: RGB
    """Edge around everything over the floor, for contrast."""
    rim: RGB
    """Colour mixed into the edges of robots."""
    heat: NDArray[np.uint8]
    alarm: RGB = VERMILLION

    def grounds(self) -> NDArray[np.uint8]:
        """Return uint8[grounds, 3]: red, green, blue by Ground."""
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
    muted=rgb("5E6875"),
    accent=rgb("4338CA"),
    warning=rgb("B34700"),
    station_ink=WHITE,
    halo=WHITE,
    rim=BLACK,
    heat=HEAT,
)
NIGHT = Palette(
    ground={
        Ground.OUTSIDE: rgb("12151A"),
        Ground.WALL: rgb("0A0C0F"),
        Ground.AISLE: rgb("262C34"),
        Ground.PLACE: rgb("2F363F"),
        Ground.POD: rgb("5B5445"),
        Ground.CHARGER: rgb("46411F"),
        Ground.OUTFEED: rgb("24404F"),
        Ground.PICK_LANE: rgb("1F3747"),
        Ground.STOW_LANE: rgb("43371F"),
        Ground.PACK_LANE: rgb("3E2B38"),
        Ground.PICK: rgb("2A5775"),
        Ground.STOW: rgb("725318"),
        Ground.PACK: rgb("683F5A"),
    },
    pod_edge=rgb("7A715C"),
    load=rgb("8F8264"),
    load_edge=rgb("D8CCB0"),
    totes=rgb("B98B5E"),
    mark=rgb("48525F"),
    bolt=rgb("E3B92E"),
    station={
        StationKind.PICK: rgb("7CC0E8"),
        StationKind.STOW: rgb("E8B85A"),
        StationKind.PACK: rgb("E0A3C6"),
    },
    panel=rgb("1B2027"),
    raised=rgb("2E3641"),
    rule=rgb("353E4A"),
    ink=rgb("E8ECF1"),
    muted=rgb("9DA8B6"),
    accent=rgb("A5B4FC"),
    warning=rgb("FF9466"),
    station_ink=DARK_INK,
    halo=rgb("0A0C0F"),
    rim=WHITE,
    heat=_GLOW,
)
