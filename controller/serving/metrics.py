"""Metrics of a served floor for Prometheus, at http://HOST:PORT/metrics, from a thread that only reads.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from controller.serving.serve import Serve
from layout.errors import InputError

_Figure = tuple[str, str, str, float]
"""Metric: name, kind, help, value."""


_AT_ONCE = 16
"""Connections served at a time; further ones are closed."""


class _Server(ThreadingHTTPServer):
    """HTTP server with a thread for each connection, up to a limit."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._free = threading.BoundedSemaphore(_AT_ONCE)
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that hang up during an answer; any other error is a fault of the program."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class MetricsServer:
    """Metrics server, a context manager. address: HOST:PORT, port 0 for a free one. InputError if it can't be bound."""

    def __init__(self, address: str, serving: Serve) -> None:
        host, _, port = address.rpartition(":")
        if not (port.isascii() and port.isdigit()):
            raise InputError.single(f"--metrics {address}", "", "is no address", "HOST:PORT, e.g. 127.0.0.1:9108")
        try:
            self._server = _Server((host or "127.0.0.1", int(port)), _handler(serving))
        except (OSError, OverflowError) as error:
            raise InputError.single(f"--metrics {address}", "", f"can't be bound: {error}") from error
        self._thread = threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def __enter__(self) -> "MetricsServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(serving: Serve) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            if self.path != "/metrics":
                self.send_error(404, "there is only /metrics")
                return
            body = exposition(figures(serving)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def figures(serving: Serve) -> Iterator[_Figure]:
    """Yield the metrics of a served floor."""
    site, server, link = serving.run_.site, serving.server, serving.server.link
    book = site.book
    waits = np.array(list(server.grant_ms) or [0.0])
    yield "ticks_total", "counter", "Ticks served since the scenario's start.", site.tick
    yield "late_ticks_total", "counter", "Ticks that ended after their time.", serving.late_ticks
    yield "planner_milliseconds", "gauge", "Time the planner took for the last tick.", site.planner_ms
    yield "robots", "gauge", "Robots of the floor.", len(site.robots)
    yield "robots_connected", "gauge", "Robots that are logged in and not silent.", link.connected
    yield (
        "grant_milliseconds_p50",
        "gauge",
        "Time from the cause of a grant to its sending, median.",
        np.percentile(waits, 50),
    )
    yield (
        "grant_milliseconds_p99",
        "gauge",
        "Time from the cause of a grant to its sending, 99th percentile.",
        np.percentile(waits, 99),
    )
    yield "messages_total", "counter", "Messages from robots, operators and order systems.", server.messages
    yield (
        "messages_refused_total",
        "counter",
        "Messages that were malformed, late or from an unknown sender.",
        server.refused,
    )
    yield (
        "requests_turned_away_total",
        "counter",
        "Requests turned away because too many were waiting.",
        server.turned_away,
    )
    yield (
        "connections_cut_total",
        "counter",
        "Connections cut off for keeping too much waiting.",
        server.connections.cut,
    )
    yield "keys_refused_total", "counter", "Clients turned away for their key, or for having none.", server.refused_keys
    yield "security_events_total", "counter", "Keys used for robots that are not theirs.", link.counts["security"]
    yield "store_full", "gauge", "1 while the store is full and the floor stands.", server.store_full
    yield "orders_received_total", "counter", "Orders that came in.", book.received
    yield "orders_shipped_total", "counter", "Orders that left.", book.shipped
    yield "orders_open", "gauge", "Orders that are not done.", len(book.open)
    yield "orders_due", "gauge", "Orders due by now, without cancelled ones.", book.due
    yield "orders_late", "gauge", "Orders due that were not shipped by their due time, open or not.", book.late
    yield "units_picked_total", "counter", "Units picked.", book.units_picked


def exposition(told: Iterator[_Figure]) -> str:
    lines = []
    for name, kind, text, value in told:
        lines += [
            f"# HELP podfleet_{name} {text}",
            f"# TYPE podfleet_{name} {kind}",
            f"podfleet_{name} {_number(value)}",
        ]
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    """Return a value's exact text, because a rounded counter has no rate."""
    number = float(value)
    return str(int(value)) if number.is_integer() else repr(number)
