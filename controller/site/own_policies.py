"""State of the user's own policies in a run."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class OwnPolicies:
    """User policies of a run by kind, and their faults: calls that failed, and the first fault of each kind."""

    made: dict[str, Callable[..., object]] = field(default_factory=dict)
    failed: int = 0
    first: dict[str, str] = field(default_factory=dict)

    def fail(self, kind: str, tick: int, text: str) -> bool:
        """Count a failed call; return whether it is the first of its kind."""
        self.failed += 1
        if kind in self.first:
            return False
        self.first[kind] = f"tick {tick}: {text}"
        return True

    @property
    def first_fault(self) -> str:
        """Return the first fault of all, "tick 12: …"; "" if there is none."""
        return next(iter(self.first.values()), "")
