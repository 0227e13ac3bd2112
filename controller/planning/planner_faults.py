"""What a planner did wrong in a run: plans that were refused, and failures besides planning."""

from dataclasses import dataclass


@dataclass(slots=True)
class PlannerFaults:
    """refused: plans that were not carried out. failed: other calls that failed or returned nonsense.

    first_refused, first_failed: of the first of each, "tick 12: …"; "" for none.
    """

    refused: int = 0
    failed: int = 0
    first_refused: str = ""
    first_failed: str = ""

    @property
    def first(self) -> str:
        """The first fault, a refused plan if there was one."""
        return self.first_refused or self.first_failed

    def refuse(self, tick: int, text: str) -> None:
        """Count a plan that isn't carried out."""
        self.refused += 1
        self.first_refused = self.first_refused or f"tick {tick}: {text}"

    def fail(self, tick: int, text: str) -> bool:
        """Count a failure; returns whether it is the first."""
        self.failed += 1
        self.first_failed = self.first_failed or f"tick {tick}: {text}"
        return self.failed == 1
