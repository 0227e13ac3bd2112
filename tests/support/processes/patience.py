"""How long tests wait for something to happen: until it does, or so long that no machine is as slow.

Behaviour is asserted, not speed. A test that waits for a thing ends as soon as the thing is there; the limit is only there
so that a program that hangs fails its test instead of stopping the suite.
"""

import time
from collections.abc import Callable

PATIENCE_S = 900.0


PATIENCE_MS = round(1000 * PATIENCE_S)


def wait_until(true: Callable[[], object], turn: Callable[[], object] | None = None, *, look_s: float = 0.005) -> None:
    """Look again and again until it is true, doing `turn` meanwhile or resting for look_s. Fails after PATIENCE_S."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "nothing came of it"
        if turn is None:
            time.sleep(look_s)
        else:
            turn()
