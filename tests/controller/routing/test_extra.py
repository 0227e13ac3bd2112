"""Without PyVRP there is one clear line."""

import sys
from types import ModuleType

import pytest

from controller.routing.extra import check_pyvrp, pyvrp_there
from layout.errors import InputError

LINE = "town.toml: a last mile needs PyVRP 0.14 (pip install 'podfleet[routes]')"


def test_without_pyvrp_one_line_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """The import fails as on a machine without it."""
    monkeypatch.setitem(sys.modules, "pyvrp", None)
    assert not pyvrp_there()
    with pytest.raises(InputError) as caught:
        check_pyvrp("town.toml")
    assert str(caught.value) == LINE


def test_an_old_pyvrp_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PyVRP from before locations existed counts as missing."""
    monkeypatch.setitem(sys.modules, "pyvrp", ModuleType("pyvrp"))
    assert not pyvrp_there()


def test_with_pyvrp_nothing_happens() -> None:
    """No line appears where it is installed."""
    pytest.importorskip("pyvrp", reason="PyVRP isn't installed")
    check_pyvrp("town.toml")


def test_planning_is_imported_without_pyvrp(monkeypatch: pytest.MonkeyPatch) -> None:
    """The modules load where it is missing, so that a scenario can be read and refused."""
    for name in [
        name for name in sys.modules if name.split(".")[0] == "pyvrp" or name.startswith("controller.routing")
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyvrp", None)
    import controller.routing.eta
    import controller.routing.instances
    import controller.routing.routes

    assert controller.routing.routes.ITERATIONS > 0
