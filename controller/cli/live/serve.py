"""`podfleet serve`: serve a floor to robots in other processes and on other machines. Registered by controller/cli/app.py."""

import math
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.shared.order_options import OrderForm, takes_order_file
from controller.cli.shared.output import AsJson, note
from controller.cli.shared.scenario_options import (
    end,
    load,
    settings_of,
    show,
    warn_of_charge,
    warn_of_deprecated,
)
from layout.errors import InputError
from layout.signals import noted_signals

if TYPE_CHECKING:
    from controller.kpis.summary import ServedSummary
    from controller.serving.serve import Serve
    from controller.serving.waiting import Waiting
    from robots.link.keys import Key, Registry


_LAST_OF_THREE = 65_533
"""Last port for robots; the two ports after it are for requests and viewers."""

_WAITING_EVERY_S = 5.0
"""Seconds between two lines about missing robots."""


@takes_order_file
def serve(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (TOML).")],
    bind: Annotated[
        str,
        typer.Option(help="Address for robots; requests use the next port, viewers the one after. * for free ports."),
    ] = "tcp://127.0.0.1:5600",
    keys: Annotated[
        Path | None, typer.Option(help="Folder made by podfleet keys make. Without it: this machine only.")
    ] = None,
    store: Annotated[Path | None, typer.Option(help="File that survives a crash; a restart continues from it.")] = None,
    ticks: Annotated[int | None, typer.Option(min=1, help="Ticks to serve; default: until stopped.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Random seed.")] = None,
    orders: Annotated[Path | None, typer.Option(help="CSV of order lines to run instead of generated orders.")] = None,
    robots: Annotated[int | None, typer.Option(min=1, help="Number of drive units.")] = None,
    record: Annotated[Path | None, typer.Option(help="Write a record (.pfr) to replay.")] = None,
    speed: Annotated[
        float, typer.Option(min=0.01, max=100, help="Floor time for real time; simulated robots follow.")
    ] = 1.0,
    wait: Annotated[float, typer.Option(min=0, help="Seconds before the first tick for robots to log in.")] = 30.0,
    ahead: Annotated[int, typer.Option(min=1, max=32, help="Cells by which plans may run ahead of a robot.")] = 4,
    lost: Annotated[float, typer.Option(min=5, help="Seconds of silence after which a robot counts as dead.")] = 300.0,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Override, e.g. policies.pods=random.")
    ] = None,
    metrics: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Prometheus endpoint, e.g. 127.0.0.1:9108.")
    ] = None,
    log_format: Annotated[str, typer.Option(help="text or json.")] = "text",
    as_json: AsJson = False,
    *,
    form: OrderForm,
) -> None:
    """Control robots on the network in real time. Exit 0: finished; 1: an invariant broke; 2: bad input."""
    from controller.serving.logs import set_up_logs

    set_up_logs(log_format)
    key, registry = _keys(keys, bind)
    addresses = _three(bind)
    loaded = load(
        scenario, form.settings() | settings_of(set_ or [], ticks=None, seed=seed, orders=orders, robots=robots)
    )
    from controller.build_site import start_cells
    from controller.serving.serve import Serve, ServeOptions
    from controller.serving.waiting import start_line

    options = ServeOptions(addresses, store, record, ticks, speed, wait, ahead, lost)
    if loaded.faults:
        note("the scenario's faults apply to simulated runs only; real robots have their own")
    note(f"preparing {loaded.name} (the first run on a machine compiles its kernels)")
    with Serve(loaded, options, key, registry) as serving:
        for name, address in zip(("robots", "desk", "viewers"), serving.addresses, strict=True):
            note(f"{name:8} {address}")
        warn_of_charge(serving.run_.site)
        warn_of_deprecated(loaded)
        note(_how_to_watch(serving.addresses, keys))
        if not serving.first_tick:
            note(start_line(start_cells(loaded).tolist(), loaded.floor.grid.width))
        summary, interrupted = _run(serving, metrics)
    show(summary.as_dict(), as_json)
    end(summary, interrupted, record_lost=serving.run_.record_lost)


def _run(serving: "Serve", metrics: str | None) -> "tuple[ServedSummary, bool]":
    """Serve to the end. Return the summary, and whether a signal ended it: the first after a complete tick, a second one at
    once.
    """
    with noted_signals(serving.stop) as interrupted:
        with suppress(KeyboardInterrupt):
            _serve(serving, metrics, interrupted)
        return serving.finish(), interrupted()


def _serve(serving: "Serve", metrics: str | None, interrupted: Callable[[], bool]) -> None:
    from controller.serving.metrics import MetricsServer

    with MetricsServer(metrics, serving) if metrics else nullcontext():
        waiting = _WaitingLines()
        serving.wait_for_robots(waiting)
        if interrupted():
            return
        note(waiting.last(serving.first_tick))
        serving.run(_Progress())


def _how_to_watch(addresses: list[str], keys: Path | None) -> str:
    """Return the line that says how to watch and control the floor. addresses: of robots, requests and viewers."""
    command = f"podfleet view {addresses[2]} --desk {addresses[1]}" + (f" --keys {keys}" if keys else "")
    return f"to watch and control it: {command}"


class _WaitingLines:
    """Lines while waiting for robots: at the start, whenever their number has changed much, and every few seconds."""

    def __init__(self) -> None:
        self._told, self._told_at = -1, -math.inf
        self._waiting: Waiting | None = None

    def __call__(self, waiting: "Waiting") -> None:
        self._waiting = waiting
        connected, now = waiting.robots - len(waiting.missing), time.monotonic()
        much = connected != self._told and (
            self._told < 0 or abs(connected - self._told) >= max(1, waiting.robots // 10)
        )
        if waiting.missing and waiting.left_s > 0 and (much or now - self._told_at >= _WAITING_EVERY_S):
            self._told, self._told_at = connected, now
            note(waiting.words)

    def last(self, tick: int) -> str:
        """Return the line at the end of the waiting."""
        words = "" if self._waiting is None else f": {self._waiting.words}"
        return f"first tick{words}" if not tick else f"continues at tick {tick}{words}"


class _Progress:
    """Progress line on a terminal, now and then."""

    def __call__(self, tick: int) -> None:
        if sys.stderr.isatty() and tick % 10 == 0:
            sys.stderr.write(f"\rtick {tick}")
            sys.stderr.flush()


def _keys(folder: Path | None, bind: str) -> "tuple[Key | None, Registry | None]":
    from robots.link.curve_security import check_bind
    from robots.link.keys import server_keys

    if folder is not None:
        return server_keys(folder)
    check_bind(bind, None)  # the sockets look too, but only after the kernels are compiled
    return None, None


def _three(bind: str) -> tuple[str, str, str]:
    """Return the addresses of robots, requests and viewers. InputError if one can't be bound."""
    from robots.link.address import check_bindable

    check_bindable(bind)
    base, _, port = bind.rpartition(":")
    if port == "*":
        return bind, bind, bind
    if not 0 < int(port) <= _LAST_OF_THREE:
        raise InputError.single(f"--bind {bind}", "", f"{port} is no port for robots", f"1 to {_LAST_OF_THREE}")
    return bind, f"{base}:{int(port) + 1}", f"{base}:{int(port) + 2}"
