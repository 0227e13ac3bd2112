"""Guide files: the map-dependent parameters of the planner, in a small TOML beside the map (a.map has a.guide.toml)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, structs

from controller.lorr.guidance import Guidance, Lanes
from controller.lorr.planner import PlannerParams
from controller.lorr.traffic import CongestionCosts
from layout.errors import InputError, Problem
from layout.files.tables import load_toml, read_table, suggestion

_Cost = Annotated[int, Meta(ge=1, le=200, description="a whole number of 1–200")]
_Toll = Annotated[float, Meta(ge=0, le=100, description="a number of 0–100")]
_TOLLS = CongestionCosts()


class _Plan(Struct, frozen=True):
    """[plan] – for a missing key the planner chooses itself, whatever the default here."""

    depth: Annotated[int, Meta(ge=3, le=5, description="3, 4 or 5")] = 4
    factor: Annotated[int, Meta(ge=1, le=100, description="a whole number of 1–100")] = 4
    power: Annotated[float, Meta(ge=0, le=10, description="a number of 0–10")] = 1.0
    onward: bool = True


class _Lanes(Struct, frozen=True):
    """[lanes]"""

    along: _Cost
    against: _Cost


class _Tolls(Struct, frozen=True):
    """[tolls]"""

    oncoming: _Toll = _TOLLS.oncoming
    passing: _Toll = _TOLLS.passing
    habit: _Toll = _TOLLS.habit
    fade: Annotated[float, Meta(gt=0, le=1, description="a number above 0, at most 1")] = _TOLLS.fade
    memory: Annotated[float, Meta(ge=0, lt=1, description="a number of 0 to under 1")] = _TOLLS.memory
    most: Annotated[float, Meta(ge=1, le=200, description="a number of 1–200")] = _TOLLS.most


_TABLES: dict[str, type[Struct]] = {"plan": _Plan, "lanes": _Lanes, "tolls": _Tolls}


def guide_beside(map_path: Path) -> Path:
    """Return the path of a map's guide, existing or not."""
    return map_path.with_suffix(".guide.toml")


def read_guide(path: Path, params: PlannerParams) -> PlannerParams:
    """Return the parameters overridden by a guide. InputError with all faults of the file."""
    file, tables = str(path), load_toml(path)
    unknown = [name for name in tables if name not in _TABLES]
    problems = [Problem(file, name, "is not a known table", suggestion(name, _TABLES)) for name in unknown]
    read = {name: read_table(kind, tables.get(name, {}), file, f"[{name}]", problems) for name, kind in _TABLES.items()}
    if problems:
        raise InputError(problems)
    guidance = Guidance(Lanes(**structs.asdict(read["lanes"])), CongestionCosts(**structs.asdict(read["tolls"])))
    given = tables.get("plan")
    plan = {key: getattr(read["plan"], key) for key in given} if isinstance(given, Mapping) else {}
    return replace(params, guidance=guidance, **plan)


def dump_guide(params: PlannerParams, remarks: str) -> str:
    """Return the text of a guide, remarks first. Nothing in `params` may be left to the planner."""
    assert params.guidance is not None
    holders = {"plan": params, "lanes": params.guidance.lanes, "tolls": params.guidance.congestion}
    blocks = ["\n".join(f"# {line}" for line in remarks.splitlines())]
    for name, holder in holders.items():
        blocks.append("\n".join([f"[{name}]", *_lines(_TABLES[name], holder)]))
    return "\n\n".join(blocks) + "\n"


def _lines(kind: type[Struct], holder: object) -> Iterator[str]:
    for field in structs.fields(kind):
        value = getattr(holder, field.name)
        yield f"{field.name} = {str(value).lower() if isinstance(value, bool) else value}"
