"""Check whether plans are proved on the days they were made from, where they look better than they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from controller.experiments.slotting_trials import RANDOM, SlottingTrial
from controller.scenario.scenario import Scenario
from robots.wording.formatting import count


@dataclass(frozen=True, slots=True)
class Training:
    """Overlap of a plan's training days with its runs. days: first and last day of the orders it was made from, None if
    its file does not tell. replications: number run. own: those on a training day.
    """

    plan_name: str
    days: tuple[date, date] | None
    replications: int
    own: tuple[int, ...]

    def figures(self) -> dict[str, object]:
        """Return the JSON figures; `own_days` is None if unknown."""
        first, last = (day.isoformat() for day in self.days) if self.days else (None, None)
        own = list(self.own) if self.days else None
        return {"plan": self.plan_name, "made_from_first": first, "made_from_last": last, "own_days": own}

    def words(self) -> str:
        """Return a warning, or "" if there is none."""
        if self.days is None:
            unknown_days = "does not state its training orders, so it is unknown whether these are its training days"
            return f"own days  {self.plan_name} {unknown_days}"
        if not self.own:
            return ""
        first, last = self.days
        return (
            f"own days  {self.plan_name} was made from the orders of {first} to {last}, and looks better on them than it is: "
            f"{len(self.own)} of {count(self.replications, 'replication')}; --from-day {last + timedelta(1)} begins after them"
        )


def training_of(trials: Sequence[SlottingTrial]) -> list[Training]:
    """Return the overlap for each plan from a file; none if orders are generated, which no plan has seen."""
    overlaps = []
    for name in dict.fromkeys(trial.plan_name for trial in trials if trial.plan_name != RANDOM):
        of_plan = [trial for trial in trials if trial.plan_name == name and trial.scenario.orders.csv]
        if of_plan:
            days = of_plan[0].plan.made_from
            training_replications = tuple(
                trial.replication for trial in of_plan if days and _meet(days, _days_of(trial.scenario))
            )
            overlaps.append(Training(name, days, len(of_plan), training_replications))
    return overlaps


def _days_of(scenario: Scenario) -> tuple[date, date]:
    """Return the first and last day of a run."""
    begin = datetime.fromisoformat(scenario.orders.day) + timedelta(seconds=scenario.start_s)
    end = begin + timedelta(seconds=(scenario.run.ticks - 1) * scenario.run.tick_s)
    return begin.date(), end.date()


def _meet(first: tuple[date, date], second: tuple[date, date]) -> bool:
    return first[0] <= second[1] and second[0] <= first[1]
