"""Provenance of a result: version, commit, interpreter, libraries, processor, threads, and a hash of the scenario.

Runs are equal bit for bit if all of these are; if one differs, check it first.
"""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib import metadata
from pathlib import Path

import msgspec

from controller.kpis.summary import Environment
from controller.scenario.scenario import Scenario
from layout.files.reading import fingerprint
from layout.formats.toml_format import dump_floor
from robots.wording.formatting import count

_PACKAGE = "podfleet"
_LIBRARIES = {"python": "Python", "numpy": "NumPy", "numba": "Numba"}
_SECTIONS = ("run", "robots", "pods", "stock", "orders", "stations", "policies", "faults", "disruptions", "chain")


def environment(threads: int = 1) -> Environment:
    """Return version, commit ("" if unknown), Python, NumPy, Numba, processor, cores and threads.

    threads: those that computed the result; a floor's run has one, whatever the machine has.
    """
    return Environment(
        version=metadata.version(_PACKAGE),
        commit=_commit(),
        python=platform.python_version(),
        numpy=metadata.version("numpy"),
        numba=metadata.version("numba"),
        processor=_processor(),
        cores=os.cpu_count() or 1,
        threads=threads,
    )


def words(environment: Mapping[str, str | int]) -> str:
    """Return the environment in a line: "podfleet 0.1.0 (1a2b3c), Python 3.12.3, …"."""
    commit = f" ({environment['commit']})" if environment.get("commit") else ""
    libraries = ", ".join(f"{name} {environment[key]}" for key, name in _LIBRARIES.items() if key in environment)
    threads = count(int(environment.get("threads", 1)), "thread")
    return f"{_PACKAGE} {environment['version']}{commit}, {libraries}, {threads}, {environment.get('processor', '')}"


def scenario_hash(scenario: Scenario) -> str:
    """Return 16 hex digits of all settings, the floor and the contents of the files that the scenario names."""
    text = json.dumps(settings_in_full(scenario), sort_keys=True)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def settings_in_full(scenario: Scenario) -> dict[str, object]:
    """Return {"section.key": value} of all settings, defaults included.

    A file is given as its name and a hash of its contents.
    """
    sections = {name: msgspec.to_builtins(getattr(scenario, name)) for name in _SECTIONS}
    flat = {key: _with_content(scenario, value) for key, value in _flat(sections)}
    return {**flat, "floor": dump_floor(scenario.floor)}


def _flat(tables: dict[str, object], before: str = "") -> list[tuple[str, object]]:
    flat: list[tuple[str, object]] = []
    for key, value in tables.items():
        flat += _flat(value, f"{before}{key}.") if isinstance(value, dict) else [(before + key, value)]
    return flat


def _with_content(scenario: Scenario, value: object) -> object:
    if not isinstance(value, str) or not value or not (path := scenario.beside(value)).is_file():
        return value
    return f"{path.name} ({fingerprint(path, 8).hex()})"


@cache
def _commit() -> str:
    """Return the commit of the checkout that runs, with "-dirty" after changes, or of the installed one (PEP 610)."""
    root = Path(__file__).resolve().parents[1]
    if (root / ".git").exists():
        command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
        except (OSError, subprocess.SubprocessError):
            return ""
    installed = json.loads(metadata.distribution(_PACKAGE).read_text("direct_url.json") or "{}")
    return str(installed.get("vcs_info", {}).get("commit_id", ""))[:12]


@cache
def _processor() -> str:
    """Return the processor's name, "" if the system does not report it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
