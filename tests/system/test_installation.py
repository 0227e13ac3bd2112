"""The wheel works without a checkout: it is built, installed into an empty environment, and runs from there.

The environment has the dependencies of this one, but nothing of the checkout, and no network is used. Kernels run as
plain Python: the subject is the content of the wheel.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.processes.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]
_PACKAGES = ("layout", "robots", "controller", "visualizer", "podfleet")
_SOURCES = (*_PACKAGES, "maps")
_FILES = ("setup.py", "pyproject.toml", "README.md", "LICENSE")
_BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"

Podfleet = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as for a release."""
    return built_wheel(tmp_path_factory.mktemp("wheel") / "source")


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder away from the checkout, in which the installed command runs."""
    return tmp_path_factory.mktemp("away")


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of the environment that the wheel is installed in."""
    return installed(wheel, tmp_path_factory.mktemp("installation") / "env")


@pytest.fixture(scope="module")
def podfleet(scripts: Path, away: Path) -> Podfleet:
    """The installed command."""
    variables = {**environment(), "NUMBA_DISABLE_JIT": "1", "MPLCONFIGDIR": str(scripts.parent)}

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return run_in(away, variables, str(scripts / "podfleet"), *words)

    return run


def environment() -> dict[str, str]:
    """Return the environment variables without those that lead to the checkout or to caches."""
    ours = ("PYTHONPATH", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "MPLCONFIGDIR")
    return {**{key: value for key, value in os.environ.items() if key not in ours}, "SDL_VIDEODRIVER": "dummy"}


def run_in(folder: Path, variables: dict[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


def built_wheel(source: Path) -> Path:
    """Build the wheel from a copy, as a build leaves folders behind."""
    for name in _SOURCES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _FILES:
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-c", _BUILD, str(source / "dist")]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=PATIENCE_S)
    return next((source / "dist").glob("*.whl"))


def installed(wheel: Path, folder: Path) -> Path:
    """Install the wheel into a new environment and return its folder of commands.

    The dependencies are those of this environment: a path file names their folder, in which path files, and with them an
    editable installation of the checkout, don't count.
    """
    venv.create(folder, with_pip=False)
    paths = {"base": str(folder), "platbase": str(folder)}
    scripts = Path(sysconfig.get_path("scripts", "venv", paths))
    python = next(scripts.glob("python*"))
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(pip, check=True, capture_output=True, timeout=PATIENCE_S)
    packages = Path(sysconfig.get_path("purelib", "venv", paths))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return scripts


def test_the_wheel_has_every_module_of_the_checkout(wheel: Path) -> None:
    """No package is left out, however new it is."""
    modules = {str(path.relative_to(ROOT)) for name in _PACKAGES for path in (ROOT / name).rglob("*.py")}
    assert modules <= set(ZipFile(wheel).namelist())


def test_an_installed_wheel_shows_itself(podfleet: Podfleet, away: Path) -> None:
    """`podfleet demo` runs a shipped scenario with record and report; picture and window work on its record."""
    words = ("--ticks", "10", "--seed", "1", "--record", "a.pfr", "--report", "report")
    done = podfleet("demo", "tiny", "--headless", *words)
    assert done.returncode == 0, done.stderr
    assert (away / "report" / "report.html").exists()
    for options in (("--headless", "--out", "a.png"), ("--frames", "1")):
        shown = podfleet("view", "a.pfr", *options)
        assert (shown.returncode, shown.stderr) == (0, "")
    assert (away / "a.png").read_bytes().startswith(b"\x89PNG")


_FRONT_DOOR = """
from podfleet import Floor, Scenario, read_record, run
scenario = Scenario.shipped("tiny")
summary = run(scenario, seed=1, ticks=5, record="api.pfr")
with Floor(scenario, seed=1, ticks=5) as floor, read_record("api.pfr") as record:
    assert [tick.tick for tick in floor] == [frame.tick for frame in record.frames()] == [0, 1, 2, 3, 4]
    assert floor.summary().digest == summary.digest == record.summary["digest"]
"""


def test_an_installed_wheel_has_podfleet_as_its_front_door(scripts: Path, away: Path) -> None:
    """The imports of a notebook are there, with types; `python -m podfleet` is the command."""
    python = str(next(scripts.glob("python*")))
    variables = {**environment(), "NUMBA_DISABLE_JIT": "1"}
    done = run_in(away, variables, python, "-c", _FRONT_DOOR)
    assert (done.returncode, done.stderr) == (0, "")
    where = run_in(away, variables, python, "-c", "import podfleet; print(podfleet.__file__)").stdout.strip()
    assert Path(where).is_relative_to(scripts.parent)
    assert Path(where).with_name("py.typed").exists()
    assert run_in(away, variables, python, "-m", "podfleet", "--version").stdout == f"podfleet {version('podfleet')}\n"


def test_an_installed_wheel_lists_the_shipped_scenarios(podfleet: Podfleet) -> None:
    """Each has a line with its purpose; --version prints the installed version."""
    listed = podfleet("demo", "--list").stdout
    assert [line.split()[0] for line in listed.splitlines()] == sorted(path.stem for path in ROOT.glob("maps/*.toml"))
    assert podfleet("--version").stdout == f"podfleet {version('podfleet')}\n"


def test_a_read_only_installation_runs_without_a_home(scripts: Path, away: Path) -> None:
    """One line says where compiled kernels are kept. The package's cache folder is a file here, as root could write to
    a folder.
    """
    python = str(next(scripts.glob("python*")))
    where = run_in(away, environment(), python, "-c", "import layout; print(layout.__file__)").stdout.strip()
    cache = Path(where).parents[1] / "controller" / "__pycache__"
    shutil.rmtree(cache, ignore_errors=True)
    cache.write_text("", encoding="utf-8")
    lost = {**environment(), "HOME": "/proc/nope", "TMPDIR": str(away)}
    done = run_in(away, lost, python, "-c", "import controller.planning.kernels.pibt, controller.report.style")
    place = away / f"podfleet-{os.getuid()}"
    assert (done.returncode, done.stderr) == (
        0,
        f"compiled kernels are kept in {place}: neither installation nor home can be written to\n",
    )
    assert (place / "matplotlib").is_dir()
