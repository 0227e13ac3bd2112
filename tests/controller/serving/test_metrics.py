"""The figures of a served floor, as Prometheus reads them."""

import re
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator

import numpy as np
import pytest

from controller.serving.metrics import MetricsServer, exposition, figures
from controller.serving.serve import Serve, ServeOptions
from layout.errors import InputError
from tests.support.floor.tiny_site import tiny
from tests.support.link.link_rig import LOOPBACK
from tests.support.processes.patience import PATIENCE_S, wait_until

_LINE = re.compile(r"podfleet_[a-z0-9_]+ -?[0-9.e+-]+")


@pytest.fixture
def serving() -> Iterator[Serve]:
    with Serve(tiny(robots={"count": 3}), ServeOptions((LOOPBACK,) * 3, ticks=5, speed=100.0)) as serve:
        yield serve


def fetch(port: int, path: str = "/metrics") -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_S) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return str(answer.read().decode())


def values(text: str) -> dict[str, float]:
    return {line.split()[0]: float(line.split()[1]) for line in text.splitlines() if not line.startswith("#")}


def test_each_figure_has_help_a_kind_and_a_value(serving: Serve) -> None:
    lines = exposition(figures(serving)).splitlines()
    for told, kind, value in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        name = value.split()[0]
        assert told.startswith(f"# HELP {name} ")
        assert kind in (f"# TYPE {name} counter", f"# TYPE {name} gauge")
        assert _LINE.fullmatch(value)
        assert kind.endswith("counter") == name.endswith("_total")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1_234_567, "1234567"),
        (1_234_568, "1234568"),
        (10**17 + 1, "100000000000000001"),
        (np.int64(7), "7"),
        (True, "1"),
        (2.0, "2"),
        (0.1 + 0.2, "0.30000000000000004"),
        (np.float64(1e-7), "1e-07"),
    ],
)
def test_a_value_is_written_exactly(value: float, written: str) -> None:
    assert exposition(iter([("n", "gauge", "N.", value)])).splitlines()[-1] == f"podfleet_n {written}"


def test_figures_follow_the_floor(serving: Serve) -> None:
    with MetricsServer("127.0.0.1:0", serving) as server:
        before = values(fetch(server.port))
        serving.run(lambda _: None)
        after = values(fetch(server.port))
    assert (before["podfleet_ticks_total"], after["podfleet_ticks_total"]) == (0, 5)
    assert (after["podfleet_robots"], after["podfleet_robots_connected"]) == (3, 0)
    assert after["podfleet_store_full"] == 0


def test_it_can_be_read_while_ticks_are_served(serving: Serve) -> None:
    with MetricsServer("127.0.0.1:0", serving) as server:
        thread = threading.Thread(target=serving.run, args=(lambda _: None,))
        thread.start()
        while thread.is_alive():
            assert "podfleet_ticks_total" in fetch(server.port)
        thread.join()


def test_who_opens_connections_without_end_is_hung_up_on(serving: Serve) -> None:
    """There are sixteen threads at a time, and when they are free again the figures are served as before."""
    with MetricsServer("127.0.0.1:0", serving) as server:
        before = threading.active_count()
        held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(60)]
        try:
            assert held[-1].recv(1) == b""
            assert threading.active_count() <= before + 16
        finally:
            for one in held:
                one.close()

        def served() -> bool:
            try:
                return "podfleet_ticks_total" in fetch(server.port)
            except OSError:
                return False

        wait_until(served)


def test_there_is_only_one_page(serving: Serve) -> None:
    with MetricsServer("127.0.0.1:0", serving) as server:
        with pytest.raises(urllib.error.HTTPError, match="404") as caught:
            fetch(server.port, "/")
        caught.value.close()


@pytest.mark.parametrize("address", ["127.0.0.1:", "127.0.0.1:x", "127.0.0.1:²", "127.0.0.1:99999", "1.2.3.4:9"])
def test_an_address_that_makes_no_sense_is_refused(serving: Serve, address: str) -> None:
    with pytest.raises(InputError, match="--metrics"):
        MetricsServer(address, serving)
