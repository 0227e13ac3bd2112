"""The tiny floor with the inbound side of a supply chain: a few SKUs, suppliers as a test says, quick days."""

import json
from pathlib import Path

from controller.build_site import build_site
from controller.scenario.read import load_scenario
from controller.scenario.scenario import Scenario
from controller.site.site import Site
from tests.support.floor.tiny_site import FLOOR, settings

QUICK = """
[[supplier]]
name = "Near"
lead_days = 0.5
lead_sd_days = 0.1
days = [0, 1, 2, 3, 4, 5, 6]
moq = 6
pack = 6
"""
"""A nearby supplier, so that days on a tiny floor show whole cycles."""


def inbound_scenario(folder: Path, text: str = QUICK, **sections: dict[str, object]) -> Scenario:
    """The scenario of the tiny floor with some tables, and keys over them."""
    file = folder / "inbound.toml"
    file.write_text(FLOOR + text)
    return load_scenario(file, settings(**sections))


def inbound_site(folder: Path, text: str = QUICK, **sections: dict[str, object]) -> Site:
    """Build the site; all SKUs are the retailer's, unless a test says otherwise."""
    tables: dict[str, dict[str, object]] = {
        "run": {"tick_s": 20.0, "start": "00:00", "ticks": 30_000},
        "stock": {"skus": 12, "seller_share": 0.0, "fill": 0.1},
        "orders": {"per_station_hour": 6.0},
        "returns": {"rate": 0.0},
    }
    for section, keys in sections.items():
        tables[section] = tables.get(section, {}) | keys
    return build_site(inbound_scenario(folder, text, **tables))


def csv_file(folder: Path, *lines: str) -> Path:
    """Write a file of these lines."""
    file = folder / "suppliers.csv"
    file.write_text("\n".join(lines) + "\n")
    return file


def as_setting(path: Path) -> str:
    return json.dumps(str(path))
