"""Checks of what a scenario states about the format of its files."""

from collections.abc import Iterator

from controller.scenario.scenario import Scenario
from layout.tabular.dates import WORDS, fault_of
from layout.tabular.form import Form

_AS_IN = "%d.%m.%Y %H:%M"


def faults_of_forms(scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    """Yield (place, fault, remedy) of unknown encodings and of forms that are no form of a date."""
    chain = scenario.chain
    forms = [scenario.orders.form]
    if chain is not None:
        forms += [chain.items.form, chain.sourcing.form, chain.receiving.form]
    for form in forms:
        for key, what, instead in faults_of_form(form):
            yield f"{form.section} {key}", what, instead


def faults_of_form(form: Form) -> Iterator[tuple[str, str, str]]:
    """Yield (key, fault, remedy)."""
    if form.encoding and not _is_known(form.encoding):
        yield "encoding", f"{form.encoding} is not a known encoding", "such as utf-8, cp1252, latin-1"
    if fault := fault_of(form.timestamp):
        way_out = f"write it like {_AS_IN}, or {', '.join(WORDS)}"
        yield "timestamp", f"{form.timestamp!r} {fault}", way_out


def _is_known(name: str) -> bool:
    try:
        b"a".decode(name)
    except LookupError:  # also for encodings of things other than text
        return False
    except UnicodeError:
        return True
    return True
