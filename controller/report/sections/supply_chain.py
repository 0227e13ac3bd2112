"""The report's figures on the supply chain, beyond those of the summary: by hour, and disruptions."""

from collections.abc import Mapping
from dataclasses import dataclass

from controller.kpis import Kpis
from controller.kpis.chain_promises import DELIVERED, LATE, PROMISED
from controller.report.document import run_figures
from controller.report.verdict import BAD, GOOD, UNKNOWN
from robots.wording.formatting import clock, share

ReportData = dict[str, object]
PROMISE_TARGET = 0.995
"""Share of orders delivered by their promise that a floor achieves at normal load [D]."""


def of_chain(kpis: Kpis, hours: int) -> ReportData:
    """Return {"chain": …, "disruptions": …}, each if there is one. hours: of the run."""
    result: ReportData = {}
    if kpis.chain.there:
        table = kpis.chain.promises.by_hour.table(hours)
        result["chain"] = {
            "promised": table[:, PROMISED].tolist(),
            "delivered": table[:, DELIVERED].tolist(),
            "delivered_late": table[:, LATE].tolist(),
        }
    if kpis.chain.disrupted:
        result["disruptions"] = _disruptions(kpis)
    return result


@dataclass(slots=True)
class _Disruption:
    """A disruption. begin, end: ticks; end is None while it lasts."""

    kind: str
    text: str
    begin: int
    end: int | None = None


def _disruptions(kpis: Kpis) -> list[ReportData]:
    """Return each disruption with its end; begin_s, end_s: seconds after midnight of day 1, at most to the end of the
    run.
    """
    header = kpis.header
    last = kpis.last_tick + 1
    rows: list[_Disruption] = []
    for event in kpis.chain.disrupted:
        if event.state == "begins":
            rows.append(_Disruption(event.kind, event.text, event.t))
            continue
        row = next((row for row in rows if row.text == event.text and row.end is None), None)
        if row is None:  # began before the record did
            row = _Disruption(event.kind, event.text, last - kpis.ticks)
            rows.append(row)
        row.end = event.t
    return [
        {
            "kind": row.kind,
            "text": row.text,
            "begin": clock(header, row.begin, seconds=False),
            "end": None if row.end is None else clock(header, row.end, seconds=False),
            "begin_s": header.start_s + row.begin * header.tick_s,
            "end_s": header.start_s + (last if row.end is None else row.end) * header.tick_s,
        }
        for row in rows
    ]


def promise_verdict(summary: Mapping[str, object]) -> list[dict[str, str]]:
    """Return an answer on promises for the top of the page, if there is a chain."""
    chain = run_figures(summary).supply_chain
    if chain is None:
        return []
    kept = chain.promises.on_time_promise
    if kept is None:
        return [{"question": "Promises", "answer": "no delivery was due yet", "state": UNKNOWN}]
    met = kept >= PROMISE_TARGET
    words = f"{share(kept)} ({'target' if met else 'below the target'} {share(PROMISE_TARGET)})"
    return [{"question": "Promises", "answer": words, "state": GOOD if met else BAD}]
