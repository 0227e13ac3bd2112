"""Readers of files neither crash nor hang, whatever a file holds: good files are changed at random, by seed.

Each refusal is an InputError with messages of a size that one can read. PODFLEET_FUZZ=10000 tries that many changes a kind.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mutations import is_refused, mutated
from small_run import write_small_record

from controller.cli_layout import summary
from controller.league.guide_file import read_guide
from controller.league.planner import PlannerParams
from controller.scenario_file import load_scenario
from layout.formats import read_floor
from layout.lorr import read_problem
from layout.slotting.plan_file import read_plan
from robots.keys import read_key
from robots.record import Record

ROOT = Path(__file__).parents[2]
_TRIES = int(os.environ.get("PODFLEET_FUZZ", "60"))
_MAP = b"type octile\nheight 3\nwidth 4\nmap\n.E..\n.@@S\n....\n"
_KIVA = b"3,4\n4\n2\n5000\nr.ee\n.@@.\nr.ee\n"
_PROBLEM = {
    "a.json": json.dumps(
        {"mapFile": "a.map", "agentFile": "a.agents", "teamSize": 2, "taskFile": "a.tasks", "numTasksReveal": 1.5}
    ).encode(),
    "a.map": _MAP,
    "a.agents": b"# version\n2\n0\n11\n",
    "a.tasks": b"3\n3,8\n7\n0,11\n",
}
_GUIDE = b"[plan]\ndepth = 4\n[lanes]\nalong = 1\nagainst = 3\n[tolls]\noncoming = 1.0\nfade = 0.5\n"
_PLAN = b'kind,sku,pod,bin,quantity,place\nsku,A,0,0,3,\nsku,"B ""1""",1,0,2,\npod,,0,,,"1,2"\npod,,1,,,"4,3"\n'
_KEY = (
    b'[key]\nname = "robot-7"\nrole = "robot"\npublic = "yJ4B0-=&UA5}VdZjzk2V+CnTuO1[qiKzFX<dzwf7"\n'
    b'secret = "a"\nserver = "yJ4B0-=&UA5}VdZjzk2V+CnTuO1[qiKzFX<dzwf7"\n'
)


def _floor(path: Path) -> object:
    return list(summary(read_floor(path)))


def _record(path: Path) -> object:
    with Record(path) as record:
        for tick in (record.first_tick, record.last_tick):
            if record.last_tick >= record.first_tick:
                record.frame(tick)
        return record.events(record.first_tick, record.last_tick)


def _key(path: Path) -> object:
    path.chmod(0o600)
    return read_key(path)


def _plan(path: Path) -> object:
    return read_plan(path)


def _guide(path: Path) -> object:
    return read_guide(path, PlannerParams())


_READERS: dict[str, tuple[Callable[[Path], Any], bytes, str]] = {
    "maps": (_floor, _MAP, "a.map"),
    "kiva maps": (_floor, _KIVA, "k.map"),
    "layouts": (_floor, (ROOT / "maps" / "tiny.toml").read_bytes(), "a.toml"),
    "generated layouts": (_floor, (ROOT / "maps" / "fc-1000.toml").read_bytes()[:400], "g.toml"),
    "scenarios": (load_scenario, (ROOT / "maps" / "order-to-door.toml").read_bytes(), "s.toml"),
    "guides": (_guide, _GUIDE, "a.guide.toml"),
    "plans": (_plan, _PLAN, "plan.csv"),
    "keys": (_key, _KEY, "robot-7.key"),
}


@pytest.mark.parametrize("kind", _READERS)
def test_a_changed_file_is_read_or_refused(kind: str, tmp_path: Path) -> None:
    """Nothing but an InputError comes, and it comes soon."""
    read, good, name = _READERS[kind]
    path = tmp_path / name
    for seed in range(_TRIES):
        path.write_bytes(mutated(good, seed))
        try:
            is_refused(lambda: read(path))
        except Exception as error:
            raise AssertionError(f"{kind}, seed {seed}: {path.read_bytes()[:600]!r}") from error


@pytest.mark.parametrize("name", _PROBLEM)
def test_a_changed_file_of_a_league_problem_is_read_or_refused(name: str, tmp_path: Path) -> None:
    """Whichever of its files it is."""
    for file, data in _PROBLEM.items():
        (tmp_path / file).write_bytes(data)
    for seed in range(_TRIES):
        (tmp_path / name).write_bytes(mutated(_PROBLEM[name], seed))
        try:
            is_refused(lambda: read_problem(tmp_path / "a.json"))
        except Exception as error:
            raise AssertionError(f"{name}, seed {seed}: {(tmp_path / name).read_bytes()[:600]!r}") from error


def test_a_changed_record_is_read_or_refused(tmp_path: Path) -> None:
    """Header, chunks and index may each be damaged."""
    write_small_record(tmp_path / "good.pfr", {"ticks": 3}).close()
    good, path = (tmp_path / "good.pfr").read_bytes(), tmp_path / "bad.pfr"
    for seed in range(_TRIES):
        path.write_bytes(mutated(good, seed))
        try:
            is_refused(lambda: _record(path))
        except Exception as error:
            raise AssertionError(f"seed {seed}") from error
