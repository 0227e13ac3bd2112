"""Every command in README and docs is run, in the order in which the page gives them."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
RUN = [sys.executable, "-c", "from controller.cli import main; main()"]


def commands(page: Path) -> list[str]:
    """The lines of a page's console blocks, a line that ends in a backslash joined to the next."""
    blocks = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line.strip()]


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=named)
def test_every_command_of_a_page_works(page: Path, tmp_path: Path) -> None:
    """A reader who types what the page says gets no error."""
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
    for command in commands(page):
        words = shlex.split(command, comments=True)
        if words[0] == "make":
            assert f"\n{words[1]}:" in (ROOT / "Makefile").read_text(encoding="utf-8"), command
            continue
        assert words[0] == "podfleet", command
        environment = {**os.environ, "SDL_VIDEODRIVER": "dummy", "PYTHONPATH": str(ROOT), "COLUMNS": "120"}
        done = subprocess.run(
            [*RUN, *words[1:]], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=named)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """No page links to a file that isn't there."""
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{named(page)} links to {target}"
