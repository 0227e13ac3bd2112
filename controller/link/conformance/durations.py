"""Durations of the rules' trials, and rules that are tried together."""

SECONDS = {
    "login": (2, 0),
    "heartbeat": (5, 0),
    "grants-in-steps": (6, 8),
    "stops-at-the-end": (2, 6),
    "horizon": (2, 9),
    "doubled-grants": (2, 5),
    "impossible-grants": (8, 0),
    "old-plan": (2, 4),
    "pause": (4, 5),
    "cancel": (2, 1),
    "cancelled-plan": (2, 5),
    "cancel-again": (0, 1),
    "lift": (8, 6),
    "set-down": (8, 6),
    "garbage": (3, 0),
    "who": (2, 0),
    "other-session": (6, 0),
    "lower-term": (9, 0),
    "rejected": (1, 0),
    "silence": (5, 2),
}
"""Duration of each rule: seconds of waiting, and seconds of driving and lifting by a unit as quick as the simulated one [our
own measurement, heartbeats of 1 s].
"""
TOGETHER = {"lift": "set-down", "set-down": "lift"}
"""Rules that are tried together: what was lifted is set down again."""
