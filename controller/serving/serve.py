"""Serve a scenario's floor in real time to robots on the network, tick by tick, with a store that survives a crash."""

import ctypes
import gc
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import zmq
from msgspec.structs import asdict

from controller.kpis.summary import Connections, ServedSummary
from controller.link.network_fleet import NetworkFleet
from controller.link.request_queue import Answers, ReceivedRequest
from controller.link.sessions import LinkParams
from controller.link.sockets import LinkServer
from controller.operations.requests import RequestHandler, StopServe, changes
from controller.operations.roles import ANYBODY, OPERATOR
from controller.operations.status_words import with_faults
from controller.persistence.checkpoint import RecordingPlanner
from controller.persistence.snapshot import register
from controller.persistence.store import Store
from controller.persistence.store_file import StoreFull
from controller.run import Run, RunOptions
from controller.scenario.scenario import Scenario
from controller.serving.floor_log import FloorLog
from controller.serving.resume import keep, link_of, open_store, record_to, recover
from controller.serving.waiting import Waiting, before_first_tick, not_yet, while_full, while_preparing
from robots.link.keys import Key, Registry
from robots.recording.events import Alarm, Event
from robots.recording.frames import Frame
from robots.recording.live_stream import FramePublisher
from robots.requests import requests

_log = logging.getLogger(__name__)

_SNAPSHOT_EVERY = 3600
"""Ticks between two snapshots: a restart replays at most this many."""
_SLICE_S = 0.05
_REQUESTS_SHARE = 0.1
"""Share of a tick's time for requests; the others wait for the next tick."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Options of a served floor. addresses: of robots, requests and viewers. ticks: number to serve, None: until stopped.
    speed: floor time over real time.

    wait_s: longest wait for robots to log in before the first tick. ahead, lost_s: as in LinkParams.
    """

    addresses: tuple[str, str, str]
    store: Path | None = None
    record: Path | None = None
    ticks: int | None = None
    speed: float = 1.0
    wait_s: float = 30.0
    ahead: int = 4
    lost_s: float = 300.0


class Serve:
    """Served floor. A context manager: sockets and store are open within. Then call `run`."""

    def __init__(
        self,
        scenario: Scenario,
        options: ServeOptions,
        key: Key | None = None,
        registry: Registry | None = None,
    ) -> None:
        self.options, self.scenario = options, scenario
        self.late_ticks = 0
        self._stop = False
        self._between_ticks = True
        self._store: Store | None = None
        self._publisher: FramePublisher | None = None
        self._key, self._registry = key, registry
        self._floor_log = FloorLog(scenario.floor.grid.width)
        self._early: list[ReceivedRequest] = []
        self._answers = Answers()

    def __enter__(self) -> "Serve":
        """Open store and sockets, then prepare the floor, which may take a minute; requests are answered meanwhile."""
        options = self.options
        with ExitStack() as opened:
            if options.store is not None:
                self._store = opened.enter_context(closing(open_store(options.store, self.scenario)))
            self.server = LinkServer(self._store, options.addresses[:2], self._key, self._registry)
            began = time.monotonic()
            self.server.early = lambda asked: self._answer_preparing(asked, time.monotonic() - began)
            opened.enter_context(self.server)
            self._prepare()
            opened.callback(self._free_store)
            opened.callback(gc.unfreeze)
            _set_aside()
            opened.enter_context(self.run_)
            security = self.server.view_security(self._key)
            self._publisher = FramePublisher(self.run_.header, "", options.addresses[2], **security)
            opened.enter_context(self._publisher)
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def _free_store(self) -> None:
        """Close the store while requests are still answered, for a client that waits until the controller is gone."""
        if self._store is None:
            return
        with self.server.flush_lock:
            with self.server.lock:
                self.server.link.end()
            self._store.close()

    def _prepare(self) -> None:
        register.load()
        site, kpis = recover(self._store, self.scenario)
        self._recording_planner = (
            site.planner if isinstance(site.planner, RecordingPlanner) else RecordingPlanner(site.planner)
        )
        site.planner = self._recording_planner
        self.first_tick = site.tick
        self.run_ = Run(site, RunOptions(record_to(self.options.record, self.first_tick)), kpis)
        self._handler = RequestHandler(site)
        self.server.begin(link_of(site, self._store, self._link_params()))
        self._fleet = site.fleet = NetworkFleet(
            self.server, self._store, self._recording_planner, self._answer_while_full
        )

    def _answer_preparing(self, asked: ReceivedRequest, seconds: float) -> bytes:
        """Answer from the link server's thread, before the floor exists."""
        if (known := self._answers.of(asked)) is not None:
            return known
        answer = requests.encode(while_preparing(asked.request, seconds))
        if not isinstance(asked.request, requests.READS):
            self._answers.keep(asked, answer, changed=False)
        return answer

    @property
    def addresses(self) -> list[str]:
        """Return the bound addresses of robots, requests and viewers."""
        assert self._publisher is not None
        return [*self.server.addresses, self._publisher.address]

    @property
    def tick_real_s(self) -> float:
        return self.scenario.run.tick_s / self.options.speed

    def wait_for_robots(self, progress: Callable[[Waiting], None]) -> None:
        """Wait until all robots have logged in, or the time is up. Status requests are answered meanwhile."""
        until = time.monotonic() + self.options.wait_s
        while (waiting := self._waiting(until)).missing and waiting.left_s > 0 and not self._ends_early:
            progress(waiting)
            self._answer_early(waiting)
            if self._publisher is not None:
                self._publisher.greet()
            self._check_server()
            time.sleep(_SLICE_S)
        progress(waiting)

    @property
    def _ends_early(self) -> bool:
        """Tell whether an operator wants the end before the first tick."""
        return self._stop or bool(self._early)

    def _waiting(self, until: float) -> Waiting:
        with self.server.lock:
            sessions = self.server.link.sessions
            missing = [session.robot for session in sessions if not session.online and not session.dead]
        return Waiting(len(sessions), missing, max(0.0, until - time.monotonic()))

    def _answer_early(self, waiting: Waiting) -> None:
        """Answer requests that change nothing and refuse the others; only a stop waits for the first tick, with which it is
        stored.
        """
        for asked in self._turns(_SLICE_S):
            if isinstance(asked.request, requests.Stop) and asked.role in (ANYBODY, OPERATOR):
                self._early.append(asked)
            else:
                self.server.answer(asked.routing_id, self._early_answer(asked, waiting))

    def _early_answer(self, asked: ReceivedRequest, waiting: Waiting) -> bytes:
        """Return the answer before the first tick; a repeated request gets the same one, also later: a refused request isn't
        executed later.
        """
        request = asked.request
        if (known := self._known(asked)) is not None:
            return known
        if not isinstance(request, requests.READS):
            answer = requests.encode(not_yet(request, waiting))
            self._answers.keep(asked, answer, changed=False)
            return answer
        result, _ = self._handler.apply(request, asked.role)
        if result.ok and isinstance(request, requests.Status) and not request.name:
            result = with_faults(before_first_tick(result, waiting), self._troubles())
        return requests.encode(result)

    def stop(self) -> None:
        """End the floor after the tick under way, or at once while it waits; from any thread, or a signal."""
        self._stop = True

    def run(self, progress: Callable[[int], None]) -> None:
        """Serve tick after tick, each at its time; late ticks are counted and not made up for."""
        site, options = self.run_.site, self.options
        with self.server.lock:
            self.server.link.begin(time.monotonic())
        last = None if options.ticks is None else self.first_tick + options.ticks
        due = time.monotonic()
        while (last is None or site.tick < last) and self._wait_until(due):
            self._check_server()
            self._tick()
            progress(site.tick)
            due += self.tick_real_s
            over = time.monotonic() - due
            if over > 0:
                self.late_ticks += 1
                due = time.monotonic() if over > self.tick_real_s else due

    def _wait_until(self, due: float) -> bool:
        """Wait for the time of a tick. Return False if the floor is to end before it."""
        while not self._stop and (left := due - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE_S))
        return not self._stop

    def finish(self) -> ServedSummary:
        """Return the summary: that of a run, and the link's figures. A floor stopped between two ticks can be taken over."""
        if self._store is not None and self._between_ticks:
            keep(self._store, self.run_)
        link = self.server.link
        grant_ms = np.array(self.server.grant_ms or [0.0])
        with self.server.lock:
            connections = Connections(
                robots_connected=link.connected,
                late_ticks=self.late_ticks,
                grant_ms_p50=round(float(np.percentile(grant_ms, 50)), 3),
                grant_ms_p99=round(float(np.percentile(grant_ms, 99)), 3),
                messages=self.server.messages,
                messages_refused=self.server.refused,
                keys_refused=self.server.refused_keys,
                security_events=link.counts["security"],
                rings_refused=link.counts["rings"],
                term=link.term,
            )
        return ServedSummary(**asdict(self.run_.finish()), connections=connections)

    # --- a tick

    def _tick(self) -> None:
        site, self._between_ticks = self.run_.site, False
        kept, answers, orders = [], [], []
        routes: list[tuple[bytes, bytes]] = []
        early, self._early = self._early, []
        for asked in chain(early, self._turns(_REQUESTS_SHARE * self.tick_real_s)):
            answer = self._known(asked)
            if answer is None:
                result, wanted = self._handler.apply(asked.request, asked.role)
                if result.ok and isinstance(asked.request, requests.Status) and not asked.request.name:
                    result = with_faults(result, self._troubles())
                answer = requests.encode(result)
                orders += wanted
                if changed := changes(asked.request, result):
                    kept.append((asked.role, asked.frame))
                    answers.append((*asked.name, answer))
                if not isinstance(asked.request, requests.READS):
                    self._answers.keep(asked, answer, changed=changed)
            routes.append((asked.routing_id, answer))
        self._fleet.begin(site.tick, kept, answers, orders)
        frame, events = self.run_.step(self._alarms(site.tick))
        for routing_id, answer in routes:
            self.server.answer(routing_id, answer)
        if any(isinstance(order, StopServe) for order in orders):
            self.stop()
        self._floor_log.write(events, time.monotonic())
        self._show(frame, events)
        if self._store is not None and site.tick % _SNAPSHOT_EVERY == 0:
            keep(self._store, self.run_)
            _set_aside()
        self._between_ticks = True

    def _troubles(self) -> dict[int, str]:
        with self.server.lock:
            return self.server.link.troubles()

    def _turns(self, seconds: float) -> Iterator[ReceivedRequest]:
        """Yield waiting requests: at least one, and more while they take no more of this thread's time."""
        until = time.thread_time() + seconds
        for asked in self.server.requests.in_turn():
            yield asked
            if time.thread_time() > until:
                return

    def _answer_while_full(self, error: StoreFull) -> None:
        """Answer requests while the floor stands in the middle of a tick: those that change nothing with the reason; refuse
        the others.

        Raises KeyboardInterrupt once a signal has come, because this tick may never end.
        """
        if self._stop:
            raise KeyboardInterrupt
        for asked in self._turns(_SLICE_S):
            answer = self._known(asked)
            if answer is None:
                reads = isinstance(asked.request, requests.READS)
                result = self._handler.apply(asked.request, asked.role)[0] if reads else None
                answer = requests.encode(while_full(asked.request, result, error))
                if not reads:
                    self._answers.keep(asked, answer, changed=False)
            self.server.answer(asked.routing_id, answer)

    def _known(self, asked: ReceivedRequest) -> bytes | None:
        """Return the stored answer to a repeated request, also from before a restart."""
        known = self._answers.of(asked)
        if known is None and self._store is not None and not isinstance(asked.request, requests.READS):
            return self._store.result(*asked.name)
        return known

    def _show(self, frame: Frame, events: list[Event]) -> None:
        """Publish to all viewers except those whose keys were revoked."""
        assert self._publisher is not None
        gone, self.server.keys_gone = self.server.keys_gone, set()
        self._publisher.forget(gone)
        if self.server.key is not None and self.server.key != self._key:
            self._renew_viewers_key(self._publisher, self.server.key)
        self._publisher.publish(frame, events)

    def _renew_viewers_key(self, publisher: FramePublisher, key: Key) -> None:
        try:
            publisher.renew(key)
            self._key = key
        except zmq.ZMQError as error:
            _log.error("viewers can't connect with the controller's new key yet: %s", error)

    def _alarms(self, tick: int) -> list[Event]:
        link = self.server.link
        with self.server.lock:
            alarms, link.alarms = link.alarms, []
        return [Alarm(tick, kind, text) for kind, text in alarms]

    def _check_server(self) -> None:
        if self.server.failed is not None:
            raise RuntimeError("the link server has failed") from self.server.failed

    def _link_params(self) -> LinkParams:
        scenario, options = self.scenario, self.options
        return LinkParams(
            ahead=options.ahead,
            lost_s=options.lost_s,
            tick_ms=1000.0 * self.tick_real_s,
            tick_s=scenario.run.tick_s,
            lift_s=scenario.ticks(scenario.robots.lift_s) * scenario.run.tick_s,
            battery_wh=scenario.robots.battery_wh,
        )


def _set_aside() -> None:
    """Exclude the floor's present objects from garbage collection: scanning all of them takes longer than a short tick.

    A client flooding the controller could trigger a collection every other second. Excluded objects are still freed with
    their last reference.
    """
    gc.collect()
    gc.freeze()
    _give_back()


def _give_back() -> None:
    """Return freed memory to the system: by itself glibc keeps the memory of a flood or a snapshot, in pieces."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
