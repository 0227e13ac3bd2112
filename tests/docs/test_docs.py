"""Every command in README and docs is run, in the order in which the page gives them; one that ends in & beside the others."""

import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.processes.commands import Command, podfleet
from tests.support.processes.patience import wait_until
from tests.support.processes.served import free_port

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
_TOO_EARLY = ("send it again later", "is in use: another podfleet serve has it open")
"""Readers are slower than robots that log in, and than a floor that ends."""
_MADE_BY_READERS = ("export.csv", "next-week.csv", "items.csv")
"""Files of examples/order_export.py, which pages have readers run."""


_FEWEST_TICKS = 60
"""No variant of a layout is tried by fewer."""


def commands(page: Path) -> list[str]:
    """The lines of a page's console blocks, a line that ends in a backslash joined to the next."""
    blocks = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line.strip()]


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def longest_first(pages: list[Path]) -> list[Path]:
    """Those with commands: a long page that begins last keeps one worker busy and the others idle."""
    return sorted((page for page in pages if commands(page)), key=lambda page: -len(commands(page)))


@pytest.mark.parametrize("share", [1 / 6, pytest.param(1.0, marks=pytest.mark.slow)], ids=["short", "whole"])
@pytest.mark.parametrize("page", longest_first(PAGES), ids=named)
def test_every_command_of_a_page_works(page: Path, share: float, tmp_path: Path) -> None:
    """A reader who types what the page says gets no error. Runs may be shorter, with the moments and orders they name."""
    shutil.copytree(ROOT / "maps", tmp_path / "maps")
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "orders.csv").write_text(
        "order_id,sku,quantity,timestamp\n1,A,1,2026-01-05 08:00\n2,B,2,2026-01-05 08:01\n", encoding="utf-8"
    )
    (tmp_path / "problem.json").write_text(
        json.dumps(
            {"mapFile": "a.map", "agentFile": "a.agents", "teamSize": 2, "taskFile": "a.tasks", "numTasksReveal": 1.5}
        ),
        encoding="utf-8",
    )
    (tmp_path / "a.map").write_text("type octile\nheight 3\nwidth 4\nmap\n....\n.@@.\n....\n", encoding="utf-8")
    (tmp_path / "a.agents").write_text("2\n0\n11\n", encoding="utf-8")
    (tmp_path / "a.tasks").write_text("3\n3,8\n7\n0,11\n", encoding="utf-8")
    (tmp_path / "rush.csv").write_text("order_id,sku,quantity,timestamp\nR1,A,1,2026-01-05 08:00\n", encoding="utf-8")
    if any(name in page.read_text(encoding="utf-8") for name in _MADE_BY_READERS):
        subprocess.run([sys.executable, "examples/order_export.py"], cwd=tmp_path, check=True)
    before = {path.name for path in tmp_path.iterdir()} - set(_MADE_BY_READERS)
    with in_background(tmp_path) as begin:
        run_all(on_free_ports([shortened(line, share) for line in commands(page)]), tmp_path, begin)
    assert not in_the_way_of_git({path.name for path in tmp_path.iterdir()} - before)


def in_the_way_of_git(names: set[str]) -> set[str]:
    """Those of a page's files that git would show as new in the checkout, whose folder a reader types the commands in."""
    if not (ROOT / ".git").exists():
        return set()
    listed = "\n".join(f"{name}/" if "." not in name else name for name in sorted(names))
    found = subprocess.run(
        ["git", "check-ignore", "--stdin"], cwd=ROOT, input=listed, capture_output=True, text=True, check=False
    )
    ignored = {line.rstrip("/") for line in found.stdout.splitlines()}
    return {name for name in names if name not in ignored and not name.startswith("background-")}


def shortened(line: str, share: float) -> str:
    """Spans and moments times `share`; the hundredth order comes as much earlier."""

    def less(found: re.Match[str]) -> str:
        option, hour, digits = found.groups(default="")
        width = len(digits) if hour or digits[0] == "0" else 1
        least = min(_FEWEST_TICKS if option == "--ticks" else 1, int(digits))
        return f"{option} {hour}{max(least, round(int(digits) * share)):0{width}}"

    return (
        re.sub(r"(--ticks|--at|--seconds|--order|--steps|--trials) (08:)?(\d+)\b(?!:)", less, line)
        if share < 1
        else line
    )


def run_all(lines: list[str], folder: Path, begin: Callable[[list[str]], None]) -> None:
    for command in lines:
        words = shlex.split(command, comments=True)
        if words[0] == "make":
            assert f"\n{words[1]}:" in (ROOT / "Makefile").read_text(encoding="utf-8"), command
            continue
        assert words[0] == "podfleet", command
        if words[-1] == "&":
            begin(words[1:-1])
            continue
        done = podfleet(*words[1:], cwd=folder)
        while any(words in done.stderr for words in _TOO_EARLY):
            time.sleep(0.2)
            done = podfleet(*words[1:], cwd=folder)
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


def on_free_ports(lines: list[str]) -> list[str]:
    """The pages' own ports may be in use; each page gets three in a row for 5600 to 5602, and one for figures."""
    first = free_port()
    ports = {5600: first, 5601: first + 1, 5602: first + 2, 9108: free_port()}
    return [re.sub(r"(?<=127\.0\.0\.1:)(\d+)", lambda found: str(ports[int(found[0])]), line) for line in lines]


@contextmanager
def in_background(folder: Path) -> Iterator[Callable[[list[str]], None]]:
    """Start the commands that readers run in other terminals, and end them by Ctrl-C."""
    running: list[tuple[Command, Path]] = []

    def begin(words: list[str]) -> None:
        """A controller is waited for until it listens."""
        log = folder / f"background-{len(running)}.log"
        log.touch()
        process = Command(tuple(words), log, log, folder)
        running.append((process, log))
        if words[0] == "serve":
            wait_until(lambda: b"viewers" in log.read_bytes() or process.poll() is not None)

    try:
        yield begin
        for process, log in running:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            assert process.wait() in (0, 130), log.read_text()
    finally:
        for process, _ in running:
            process.kill()


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=named)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """No page links to a file that isn't there."""
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{named(page)} links to {target}"
