"""Faults of a planner in a run: refused plans, and failures besides planning."""

from dataclasses import dataclass


@dataclass(slots=True)
class PlannerFaults:
    """Faults of a planner. refused: plans not carried out. failed: other calls that failed or returned nonsense.

    first_refused, first_failed: the first of each, "tick 12: …"; "" for none.
    """

    refused: int = 0
    failed: int = 0
    first_refused: str = ""
    first_failed: str = ""

    @property
    def first(self) -> str:
        """Return the first fault, a refused plan if there was one."""
        return self.first_refused or self.first_failed

    def refuse(self, tick: int, text: str) -> None:
        """Count a plan that is not carried out."""
        self.refused += 1
        self.first_refused = self.first_refused or f"tick {tick}: {text}"

    def fail(self, tick: int, text: str) -> bool:
        """Count a failure; return whether it is the first."""
        self.failed += 1
        self.first_failed = self.first_failed or f"tick {tick}: {text}"
        return self.failed == 1
