"""Compiled kernels are kept where files can be written: the package, the user's cache, or a temporary folder.

A folder that can't be written to is one below a file: neither rights nor root make any in it.
"""

import logging
import os
import tempfile
from pathlib import Path

import pytest

from controller.kernel_cache import use_kernel_cache


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with a kernel, with all of the environment that counts below `tmp_path`."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "kernels.py").write_text("", encoding="utf-8")
    (tmp_path / "temporary").mkdir()
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "MPLCONFIGDIR"):
        monkeypatch.setenv(name, "")  # so that it is put back afterwards
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return package


def lock(package: Path) -> None:
    """Have the package like one that is read-only."""
    (package / "__pycache__").write_text("", encoding="utf-8")


def lose_home(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(package / "kernels.py" / "home"))


def kept() -> Path:
    return Path(os.environ["NUMBA_CACHE_DIR"]).parent


def test_kernels_are_kept_in_the_package_where_it_can_be_written_to(package: Path) -> None:
    """Kernels of older sources are removed."""
    old = package / "__pycache__" / "kernels-0123"
    old.mkdir(parents=True)
    use_kernel_cache(package)
    assert kept() == package / "__pycache__"
    assert not old.exists()


def test_kernels_of_a_read_only_package_are_kept_in_the_users_cache(package: Path, tmp_path: Path) -> None:
    """An administrator has installed it for all users."""
    lock(package)
    use_kernel_cache(package)
    assert kept() == tmp_path / ".cache" / "podfleet"


def test_without_any_usual_place_a_temporary_folder_is_used_and_reported(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One line says where; matplotlib's files go there, too, and the next process finds the same folder."""
    lock(package)
    lose_home(package, monkeypatch)
    with caplog.at_level(logging.WARNING):
        use_kernel_cache(package)
    place = kept()
    assert place.parent == tmp_path / "temporary"
    assert os.environ["MPLCONFIGDIR"] == str(place / "matplotlib")
    assert [record.getMessage() for record in caplog.records] == [
        f"compiled kernels are kept in {place}: neither installation nor home can be written to"
    ]
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    use_kernel_cache(package)
    assert kept() == place


@pytest.mark.skipif(os.name == "nt", reason="Windows has a temporary folder for each user")
def test_a_temporary_folder_that_others_can_write_to_is_not_used(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numba runs what it finds, so somebody else could have put it there."""
    lock(package)
    lose_home(package, monkeypatch)
    trap = tmp_path / "temporary" / f"podfleet-{os.getuid()}"
    trap.mkdir()
    trap.chmod(0o777)
    use_kernel_cache(package)
    assert kept() != trap


def test_a_folder_of_the_users_own_choice_that_cannot_be_written_to_is_passed_over(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NUMBA_CACHE_DIR is a wish, and no reason to fail."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(package / "kernels.py" / "cache"))
    use_kernel_cache(package)
    assert kept() == package / "__pycache__"


def test_where_nothing_can_be_written_to_one_line_says_what_to_set(
    package: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The exit status is that of bad input."""
    lock(package)
    lose_home(package, monkeypatch)
    monkeypatch.setattr("controller.kernel_cache.is_writable", lambda _: False)
    with pytest.raises(SystemExit) as ended:
        use_kernel_cache(package)
    assert ended.value.code == 2
    assert "set NUMBA_CACHE_DIR" in caplog.text
