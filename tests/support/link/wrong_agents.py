"""Agents that each break one rule of the link."""

from collections.abc import Sequence

from robots.agents.drive import UnitBody
from robots.agents.pilot import Pilot
from robots.agents.sessions import RobotSession, SharedSocket
from robots.link.messages import Ack, Cancel, Do, Grant, Hello, Pause, Reject, Stopped, ToRobot, Welcome, Who


def session_of(shared: SharedSocket, message: ToRobot) -> RobotSession:
    """All that comes is for the one pilot, which has to look at it itself."""
    return shared.sessions[3]


class LimitGoesBack(Pilot):
    """Takes the last GRANT that came for the one that counts."""

    def _accept(self, grant: Grant) -> bool:
        taken = super()._accept(grant)
        if taken and grant.upto >= self.idx:
            self.limit = grant.upto
        return taken


class CountsTwice(Pilot):
    """A GRANT that comes again is a cell more."""

    _last: Grant | None = None

    def _accept(self, grant: Grant) -> bool:
        taken = super()._accept(grant)
        if taken and grant == self._last and self.limit - 1 in self._cells:
            self._cells[self.limit + 1] = 2 * self._cells[self.limit] - self._cells[self.limit - 1]
            self.limit += 1
        self._last = grant
        return taken


class DrivesAlways(Pilot):
    """A cell more than it may, as if all were free."""

    def _accept(self, grant: Grant) -> bool:
        more = 2 * grant.cells[-1] - grant.cells[-2] if len(grant.cells) > 1 else -1
        return super()._accept(
            with_fields(grant, cells=[*grant.cells, more], upto=grant.upto + 1) if more >= 0 else grant
        )


class DrivesTheHorizon(Pilot):
    """Cells that were announced are driven as if granted."""

    def _accept(self, grant: Grant) -> bool:
        taken = super()._accept(grant)
        self.limit = max(self.limit, *self._cells) if taken else self.limit
        return taken


class AnyPlan(Pilot):
    """A GRANT is a GRANT, of whatever plan."""

    def _accept(self, grant: Grant) -> bool:
        return super()._accept(grant if grant.plan > self.plan else with_fields(grant, plan=self.plan))


class ForgetsCancel(Pilot):
    """After STOPPED a late GRANT of the cancelled plan revives it."""

    def _send_stopped(self, cancel: Cancel) -> None:
        super()._send_stopped(cancel)
        self._dead_plan = -1


class NoSecondStopped(Pilot):
    def _obey(self, message: ToRobot) -> None:
        if not (isinstance(message, Cancel) and self._stopped is not None and message.cancel == self._stopped.cancel):
            super()._obey(message)


class NeverStops(Pilot):
    """CANCEL is answered at once, from wherever it is, and the way is driven on."""

    def _obey(self, message: ToRobot) -> None:
        if isinstance(message, Cancel):
            cell = self._cells[self.idx]
            self.outbox.append(Stopped(self.term, self.sess, message.plan, message.cancel, self.idx, cell))
        else:
            super()._obey(message)


class NeverPauses(Pilot):
    def _obey(self, message: ToRobot) -> None:
        if not isinstance(message, Pause):
            super()._obey(message)


class SaysDoneOnce(Pilot):
    _said = 0

    def _repeat_result(self) -> None:
        if self._act is not None and self._act_state == "done":
            if self._act.act == self._said:
                return
            self._said = self._act.act
        super()._repeat_result()


class LiftsAtOnce(Pilot):
    """Wherever it stands."""

    def _accept_action(self, do: Do) -> None:
        super()._accept_action(with_fields(do, at_idx=self.idx) if self._act is None or do.act > self._act.act else do)


class NoHeartbeat(Pilot):
    """Speaks when there is news only."""

    def step(self, now: float) -> None:
        if self.connected:
            self._sent_at = now
        super().step(now)


class DeafToWho(Pilot):
    def receive(self, message: ToRobot, now: float) -> None:
        if not isinstance(message, Who):
            super().receive(message, now)


class AnyTerm(Pilot):
    """Orders of an old controller count."""

    def receive(self, message: ToRobot, now: float) -> None:
        if self.connected and not isinstance(message, Welcome | Who | Ack) and getattr(message, "term", self.term):
            super().receive(with_fields(message, term=self.term), now)
        else:
            super().receive(message, now)


class AnyLogin(Pilot):
    """Takes up any WELCOME, also of another program start."""

    def receive(self, message: ToRobot, now: float) -> None:
        super().receive(with_fields(message, boot=self.boot) if isinstance(message, Welcome) else message, now)


class GoesOnAfterSilence(Pilot):
    """A new login after silence, and what was granted before is still driven."""

    _kept: tuple[dict[int, int], int, int] | None = None
    _asked = False

    def receive(self, message: ToRobot, now: float) -> None:
        self._asked = isinstance(message, Who)
        super().receive(message, now)

    def lost(self) -> None:
        if self.connected and not self._asked:
            self._kept = dict(self._cells), self.idx, self.limit
        super().lost()

    def _enter(self, welcome: Welcome, now: float) -> None:
        before = self.sess
        super()._enter(welcome, now)
        if self.sess != before and self._kept is not None:
            self._cells, self.idx, self.limit = self._kept


class FromMemory(Pilot):
    """Its HELLO says where it was when it was switched on."""

    _first = -1

    def step(self, now: float) -> None:
        super().step(now)
        self._first = self._first if self._first >= 0 else self.body.pose().cell
        self.outbox = [with_fields(m, cell=self._first) if isinstance(m, Hello) else m for m in self.outbox]


class DiesOfGarbage(Pilot):
    """As a program does that reads without looking."""

    catches = KeyError


class AnySession(Pilot):
    """Orders of its earlier logins count."""

    def receive(self, message: ToRobot, now: float) -> None:
        other = self.connected and not isinstance(message, Welcome | Who | Reject) and message.term == self.term
        super().receive(with_fields(message, sess=self.sess) if other else message, now)


class GivesUpSoon(Pilot):
    """One REJECT is enough, whatever it says."""

    def receive(self, message: ToRobot, now: float) -> None:
        super().receive(message, now)
        if isinstance(message, Reject):
            self.given_up = message.code


class TakesGaps(Pilot):
    """A GRANT is taken as it is, whether its cells can be driven or not."""

    def _fits(self, grant: Grant) -> bool:
        return True


def with_fields(message, **other):  # type: ignore[no-untyped-def]
    import msgspec

    fields = {name: getattr(message, name) for name in message.__struct_fields__}
    return msgspec.structs.replace(message, **{name: value for name, value in other.items() if name in fields})


class Overshoots(UnitBody):
    def drive(self, cells: Sequence[int], face: int) -> None:
        cells = list(cells)
        super().drive([*cells, cells[-1] + 1] if cells else cells, face)
