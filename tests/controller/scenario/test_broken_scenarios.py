"""Faults of a scenario file and of settings, each reported in its own words."""

from pathlib import Path

import pytest

from controller.scenario.read import load_scenario
from tests.support.floor.tiny_site import FLOOR, faults_of

CHARGING = "charge_must ≤ charge_at < charge_until"
CLOCK = "expected a time of day like 08:30"
HOURS = "expected 24 numbers, one per hour"
SECTIONS = (
    "costs, inventory, items, last_mile, orders, packing, pods, policies, promise, receiving, returns, robots, run, sellers, "
    "shipping, sourcing, stations, stock"
)
TABLES = (
    "box, costs, disruption, faults, floor, inventory, items, lane, last_mile, orders, packing, pods, policies, promise, "
    "receiving, returns, robots, run, sellers, shipping, sourcing, station, stations, stock, supplier"
)


def hours(*rates: float) -> str:
    return "[orders]\nprofile = [" + ", ".join(map(str, rates)) + "]\n"


KINDS = '"stop" or "die" or "lift" or "set-down" or "charge" or "drive"'
BROKEN = {
    "an unknown table": (
        "[robot]\ncount = 3",
        ["[robot]: is not a known table (did you mean robots?)"],
    ),
    "a table like no other": (
        "[weather]\nrain = true",
        [f"[weather]: is not a known table (known are {TABLES})"],
    ),
    "an unknown key": (
        "[robots]\ncuont = 3",
        ["[robots] cuont: is not a known key (did you mean count?)"],
    ),
    "a key like no other": (
        "[run]\ncolour = 3",
        ["[run] colour: is not a known key (known are seed, start, tick_s, ticks)"],
    ),
    "a section that is a number": ("run = 3", ["[run]: is a number (write it as a table)"]),
    "a section that is a text": ('policies = "fcfs"', ["[policies]: is a text (write it as a table)"]),
    "a section that is a list": ("[[orders]]", ["[orders]: is a list (write it as a table)"]),
    "a text for a number": (
        '[run]\nticks = "many"',
        ["[run] ticks: 'many' can't be used (expected int, got str)"],
    ),
    "a number for a text": (
        "[orders]\nfee_pattern = 4",
        ["[orders] fee_pattern: 4 can't be used (expected str, got int)"],
    ),
    "half a tick": ("[run]\nticks = 1.5", ["[run] ticks: 1.5 can't be used (expected int, got float)"]),
    "a yes for a number": ("[run]\nseed = true", ["[run] seed: true can't be used (expected int, got bool)"]),
    "no ticks": ("[run]\nticks = 0", ["[run] ticks: 0 can't be used (expected int >= 1)"]),
    "ticks that take no time": ("[run]\ntick_s = 0", ["[run] tick_s: 0 can't be used (expected float >= 0.05)"]),
    "ticks that take hours": ("[run]\ntick_s = 7200", ["[run] tick_s: 7200 can't be used (expected float <= 60.0)"]),
    "a negative seed": ("[run]\nseed = -1", ["[run] seed: -1 can't be used (expected int >= 0)"]),
    "a seed that is too long": (
        f"[run]\nseed = {2**70}",
        ["[run] seed: a number as long as that can't be used (expected int <= 9223372036854775807)"],
    ),
    "not a number": (
        "[robots]\nbattery_wh = nan",
        ["[robots] battery_wh: nan can't be used (expected a finite number)"],
    ),
    "an endless lift": ("[robots]\nlift_s = inf", ["[robots] lift_s: inf can't be used (expected a finite number)"]),
    "an hour of 25": ('[run]\nstart = "25:00"', [f"[run] start: '25:00' can't be used ({CLOCK})"]),
    "a time without its zero": ('[run]\nstart = "8:00"', [f"[run] start: '8:00' can't be used ({CLOCK})"]),
    "a time as a number": ("[run]\nstart = 8", [f"[run] start: 8 can't be used ({CLOCK})"]),
    "a time to the second": ("[run]\nstart = 08:00:30", [f"[run] start: '08:00:30' can't be used ({CLOCK})"]),
    "a share over 1": ("[orders]\nsingles = 1.5", ["[orders] singles: 1.5 can't be used (expected float <= 1.0)"]),
    "a share under 0": ("[stock]\nfill = -0.1", ["[stock] fill: -0.1 can't be used (expected float > 0.0)"]),
    "batteries that are empty": (
        "[robots]\nbattery_start = 0",
        ["[robots] battery_start: 0 can't be used (expected float > 0.0)"],
    ),
    "a spread no sample has": (
        "[stations]\nspread = 1e308",
        ["[stations] spread: 1e+308 can't be used (expected float <= 5.0)"],
    ),
    "a day of 23 hours": (
        hours(*[1] * 23),
        [f"[orders] profile: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1… can't be used ({HOURS})"],
    ),
    "a day of 25 hours": (
        hours(*[1] * 25),
        [f"[orders] profile: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1… can't be used ({HOURS})"],
    ),
    "two bad hours": (
        hours(*[1] * 3, -1, *[1] * 19, 101),
        [
            "[orders] profile[3]: -1 can't be used (expected float >= 0.0)",
            "[orders] profile[23]: 101 can't be used (expected float <= 100.0)",
        ],
    ),
    "one rate for all hours": (
        "[orders]\nprofile = 1.0",
        [f"[orders] profile: 1.0 can't be used ({HOURS})"],
    ),
    "a cut-off without minutes": (
        '[orders]\ncut_offs = ["12:00", "17"]',
        [f"[orders] cut_offs[1]: '17' can't be used ({CLOCK})"],
    ),
    "a column of no field": (
        '[orders.columns]\nquantitty = ["Menge"]',
        ["[orders] columns: 'quantitty' can't be used (did you mean quantity?)"],
    ),
    "a column's name outside a list": (
        '[orders.columns]\nsku = "StockCode"',
        ["[orders] columns.sku: 'StockCode' can't be used (expected array, got str)"],
    ),
    "columns in a list": (
        '[orders]\ncolumns = ["sku"]',
        ["[orders] columns: ['sku'] can't be used (expected table, got array)"],
    ),
    "columns that are numbers": (
        "[orders.columns]\nsku = [1]",
        ["[orders] columns.sku[0]: 1 can't be used (expected str, got int)"],
    ),
    "a pattern that is none": (
        "[orders]\nfee_pattern = '(POST'",
        [
            "[orders] fee_pattern: is not a regular expression: "
            "missing ), unterminated subpattern at position 0 (see Python's re)"
        ],
    ),
    "a day of another order": (
        '[orders]\nday = "1.12.2010"',
        ["[orders] day: '1.12.2010' can't be used (expected a day like 2010-12-01)"],
    ),
    "a day that never was": (
        '[orders]\nday = "2011-02-29"',
        ["[orders] day: 2011-02-29 is no day: day is out of range for month (write YYYY-MM-DD)"],
    ),
    "a path that no file has": (
        '[orders]\ncsv = "a\\u0000b.csv"',
        ["[orders] csv: 'a\\x00b.csv' can't be used (expected a path)"],
    ),
    "orders smaller than their multis": (
        "[orders]\nsingles = 0.2",
        ["[orders] mean_units: 1.6 can't be reached with 20% singles and orders of at most 12 (1.8 to 9.8 can)"],
    ),
    "singles only, and more": (
        "[orders]\nsingles = 1.0",
        ["[orders] mean_units: 1.6 can't be reached with 100% singles and orders of at most 12 (1 to 1 can)"],
    ),
    "a release policy of no name": (
        '[policies]\nrelease = "podmach"',
        ["[policies] release: 'podmach' can't be used (did you mean podmatch?)"],
    ),
    "a pod policy like no other": (
        '[policies]\npods = "best"',
        [
            "[policies] pods: 'best' can't be used (expected demand, nearest, random, foresight, "
            "or one of your own as module:Class)"
        ],
    ),
    "a policy that is a number": (
        "[policies]\nstorage = 1",
        [
            "[policies] storage: 1 can't be used (expected turnover, nearest, random, or one of your own as module:Class)"
        ],
    ),
    "a planner of no name": (
        '[policies]\nplanner = "cbs"',
        ["[policies] planner: 'cbs' can't be used (expected epibt, pibt, or one of your own as module:Class)"],
    ),
    "thresholds out of order": (
        "[robots]\ncharge_at = 0.1",
        [f"[robots]: charging thresholds 0.2, 0.1, 0.8 are out of order ({CHARGING})"],
    ),
    "charging that never begins": (
        "[robots]\ncharge_until = 0.3",
        [f"[robots]: charging thresholds 0.2, 0.35, 0.3 are out of order ({CHARGING})"],
    ),
    "more robots than places": (
        "[robots]\ncount = 14",
        ["[robots] count: 14 robots don't fit (the floor has 13 places)"],
    ),
    "no pods": ("[pods]\nfill = 0", ["[pods] fill: gives 0 pods for 13 places (leave some of both)"]),
    "pods on every place": ("[pods]\nfill = 1.0", ["[pods] fill: gives 13 pods for 13 places (leave some of both)"]),
    "more SKUs than bins": (
        "[stock]\nskus = 200",
        [
            "[stock] skus: 200 SKUs are more than the 184 bins with stock "
            "(raise [pods] bins from 24 or [stock] fill from 0.7)"
        ],
    ),
    "a shift of no length": (
        '[stations]\nshifts = [["06:00", "14:00"], ["22:00", "22:00"]]',
        ["[stations] shifts[1]: begins and ends at 22:00 (leave shifts out to staff all day)"],
    ),
    "a shift without an end": (
        '[stations]\nshifts = [["06:00"]]',
        ["[stations] shifts[0]: ['06:00'] can't be used (expected array of length 2, got 1)"],
    ),
    "a shift at an odd time": (
        '[stations]\nshifts = [["06:00", "24:00"]]',
        [f"[stations] shifts[0][1]: '24:00' can't be used ({CLOCK})"],
    ),
    "a fault of nobody": (
        '[[faults]]\nrobot = 3\ntick = 5\nkind = "die"\n[[faults]]\nrobot = 9\ntick = 5\nkind = "die"',
        ["[[faults]] number 2: there is no robot 9 (robots are 0–8)"],
    ),
    "a fault of no kind": (
        "[[faults]]\nrobot = 3\ntick = 5",
        [f"[[faults]] number 1: has no kind (add kind = {KINDS})"],
    ),
    "a fault that says nothing": (
        "[[faults]]",
        [
            "[[faults]] number 1: has no robot (add robot = …)",
            "[[faults]] number 1: has no tick (add tick = …)",
            f"[[faults]] number 1: has no kind (add kind = {KINDS})",
        ],
    ),
    "a fault of another kind": (
        '[[faults]]\nrobot = 3\ntick = 5\nkind = "dies"',
        ["[[faults]] number 1 kind: 'dies' can't be used (did you mean die?)"],
    ),
    "a fault before the run": (
        '[[faults]]\nrobot = 3\ntick = -5\nkind = "stop"',
        ["[[faults]] number 1 tick: -5 can't be used (expected int >= 0)"],
    ),
    "faults in one table": ("[faults]\nrobot = 3", ["faults: is not a list of tables (write [[faults]])"]),
    "faults that are numbers": (
        "faults = [1]",
        [
            "[[faults]] number 1: is a number (write it as a table)",
            "[[faults]] number 1: has no robot (add robot = …)",
            "[[faults]] number 1: has no tick (add tick = …)",
            f"[[faults]] number 1: has no kind (add kind = {KINDS})",
        ],
    ),
    "faults of all sorts at once": (
        '[run]\nticks = "many"\nstrat = "08:00"\n[robot]\n[policies]\npods = "nearset"\n[[faults]]\nrobot = 1',
        [
            "[robot]: is not a known table (did you mean robots?)",
            "[run] ticks: 'many' can't be used (expected int, got str)",
            "[run] strat: is not a known key (did you mean start?)",
            "[policies] pods: 'nearset' can't be used (did you mean nearest?)",
            "[[faults]] number 1: has no tick (add tick = …)",
            f"[[faults]] number 1: has no kind (add kind = {KINDS})",
        ],
    ),
    "faults between keys at once": (
        "[robots]\ncount = 99\ncharge_at = 0.9\n[pods]\nfill = 1.0\n[orders]\nfee_pattern = '['",
        [
            f"[robots]: charging thresholds 0.2, 0.9, 0.8 are out of order ({CHARGING})",
            "[robots] count: 99 robots don't fit (the floor has 13 places)",
            "[pods] fill: gives 13 pods for 13 places (leave some of both)",
            "[orders] fee_pattern: is not a regular expression: "
            "unterminated character set at position 0 (see Python's re)",
        ],
    ),
}


@pytest.mark.parametrize(("text", "messages"), BROKEN.values(), ids=BROKEN)
def test_a_broken_scenario_is_told_in_its_own_words(tmp_path: Path, text: str, messages: list[str]) -> None:
    """Every fault is one line with file, place, fault and remedy; all are reported at once."""
    path = tmp_path / "a.toml"
    path.write_text(f"{text}\n{FLOOR}", encoding="utf-8")
    assert faults_of(lambda: load_scenario(path)) == [f"{path}: {message}" for message in messages]


SETTINGS = {
    "an unknown section": ({"robot.count": "3"}, ["--set robot.count: is not section.key (did you mean robots?)"]),
    "a section alone": ({"robots": "3"}, ["--set robots: is not section.key (write robots.key)"]),
    "an empty key": ({"run.": "3"}, ["--set run.: is not section.key (write run.key)"]),
    "a fault": (
        {"faults.robot": "3"},
        [f"--set faults.robot: is not section.key (known are {SECTIONS})"],
    ),
    "an unknown key": ({"run.tick": "3"}, ["--set run.tick: is not a known key (did you mean ticks?)"]),
    "a word for a number": ({"run.ticks": "abc"}, ["--set run.ticks: 'abc' can't be used (expected int, got str)"]),
    "nothing": ({"run.ticks": ""}, ["--set run.ticks: '' can't be used (expected int, got str)"]),
    "an unknown policy": (
        {"policies.pods": "rnadom"},
        ["--set policies.pods: 'rnadom' can't be used (did you mean random?)"],
    ),
    "a part of a list": (
        {"stations.shifts": '[["06:00", "24:00"]]'},
        [f"--set stations.shifts: [0][1]: '24:00' can't be used ({CLOCK})"],
    ),
    "robots that don't fit": (
        {"robots.count": "50"},
        ["{file}: [robots] count: 50 robots don't fit (the floor has 13 places)"],
    ),
}


@pytest.mark.parametrize(("settings", "messages"), SETTINGS.values(), ids=SETTINGS)
def test_a_broken_setting_is_told_as_the_settings_own(
    tmp_path: Path, settings: dict[str, str], messages: list[str]
) -> None:
    """A value from --set is not the file's fault; one that does not fit the floor is reported with the file."""
    path = tmp_path / "a.toml"
    path.write_text(FLOOR)
    assert faults_of(lambda: load_scenario(path, settings)) == [message.format(file=path) for message in messages]
