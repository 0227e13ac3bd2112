"""CSV files of money: the journal, and the amounts owed to sellers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from controller.export.order_names import OrderNames
from robots.recording import events as ev
from robots.recording import supply_chain_events as ce
from robots.recording.event import Event
from robots.recording.frames import Header
from robots.wording.formatting import stamp

Row = Sequence[object]
_SELLER = "seller:"
_SETTLEMENT = "settlement"


class Journal:
    """One row per entry: cents from the account `credit` to the account `debit`."""

    name = "journal"
    columns = ("time", "debit", "credit", "cents", "cause", "about")

    def __init__(self, header: Header) -> None:
        self._header = header
        self._names = OrderNames()

    def note(self, event: Event) -> Iterable[Row]:
        if isinstance(event, ev.OrderReceived):
            self._names.note(event)
        if not isinstance(event, ce.MoneyMoved):
            return ()
        time = stamp(self._header, event.t)
        return ((time, event.debit, event.credit, event.cents, event.cause, self._names.about(event.about)),)

    def rest(self) -> Iterable[Row]:
        return ()


class Settlements:
    """One row per seller and cause since the last settlement, and one for the payment.

    cents: in the seller's favour.
    """

    name = "settlements"
    columns = ("seller", "settled", "cause", "cents")

    def __init__(self, header: Header) -> None:
        self._header = header
        self._lines: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def note(self, event: Event) -> Iterable[Row]:
        if not isinstance(event, ce.MoneyMoved):
            return ()
        for account, cents in ((event.debit, -event.cents), (event.credit, event.cents)):
            if account.startswith(_SELLER):
                if event.cause == _SETTLEMENT:
                    return self._settled(account, stamp(self._header, event.t), -cents)
                lines = self._lines[account]
                lines[event.cause] = lines.get(event.cause, 0) + cents
        return ()

    def rest(self) -> Iterable[Row]:
        """Yield what is open at the end, without a time."""
        for account in sorted(self._lines):
            yield from self._rows(account, "")

    def _settled(self, account: str, time: str, paid: int) -> Iterator[Row]:
        yield from self._rows(account, time)
        yield (account.removeprefix(_SELLER), time, "paid", -paid)
        del self._lines[account]

    def _rows(self, account: str, time: str) -> Iterator[Row]:
        for cause, cents in sorted(self._lines[account].items()):
            yield (account.removeprefix(_SELLER), time, cause, cents)
