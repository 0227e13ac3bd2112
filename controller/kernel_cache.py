"""Cache of compiled kernels: one folder for each state of their sources.

Numba compiles a function again when its own file changes, but not when a function that it calls in another file does.
"""

import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

_log = logging.getLogger(__name__)

_PACKAGE = Path(__file__).parent
_BAD_INPUT = 2


def use_kernel_cache(package: Path = _PACKAGE) -> None:
    """Set Numba's cache to a folder named after the sources of all kernels, and remove folders of older sources.

    The folder is in the first writable place of these: the installed package, the user's cache, a temporary folder,
    which is reported in a line. Without a writable home, matplotlib keeps its files there too. SystemExit if no place
    is writable.
    """
    if (given := os.environ.get("NUMBA_CACHE_DIR")) and is_writable(Path(given)):
        return
    usual = next((place for place in _usual_places(package) if is_writable(place)), None)
    place = usual or _temporary_place()
    if usual is None:
        _log.warning("compiled kernels are kept in %s: neither installation nor home can be written to", place)
    folder = place / f"kernels-{_digest(package)}"
    for old in place.glob("kernels-*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    if not _has_home():
        os.environ.setdefault("MPLCONFIGDIR", str(place / "matplotlib"))


def is_writable(folder: Path) -> bool:
    """Return whether files can be created in a folder, which is created if needed.

    It is tried, because permissions do not tell everything.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except (OSError, ValueError):
        return False


def _usual_places(package: Path) -> Iterator[Path]:
    yield package / "__pycache__"
    if cache := os.environ.get("XDG_CACHE_HOME"):
        yield Path(cache) / "podfleet"
    try:
        yield Path.home() / ".cache" / "podfleet"
    except RuntimeError:  # a user without a known home
        return


def _has_home() -> bool:
    try:
        return os.access(Path.home(), os.W_OK)
    except RuntimeError:
        return False


def _temporary_place() -> Path:
    """Return a temporary folder that nobody else can write to, because Numba runs the code it finds there."""
    for parent in _temporary_parents():
        place = parent / f"podfleet-{os.getuid() if hasattr(os, 'getuid') else 'kernels'}"
        if is_writable(place) and _is_private(place):
            return place
        if is_writable(parent):
            return Path(tempfile.mkdtemp(prefix="podfleet-", dir=parent))
    _log.error("no folder can be written to for compiled kernels (set NUMBA_CACHE_DIR to one that can)")
    raise SystemExit(_BAD_INPUT)


def _temporary_parents() -> Iterator[Path]:
    with suppress(FileNotFoundError):
        yield Path(tempfile.gettempdir())
    yield Path("/dev/shm")  # a container whose disk is read-only has it


def _is_private(place: Path) -> bool:
    if not hasattr(os, "getuid"):
        return True  # Windows: each user has a temporary folder
    status = place.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o022


def _digest(package: Path) -> str:
    sources = blake2b(digest_size=8)
    for path in sorted(package.rglob("kernels/*.py")):
        sources.update(path.read_bytes())
    return sources.hexdigest()
