"""Draws the lifecycle cycles on the pages of docs/explanation from their declarations. Run it when one has changed.

A drawing is a Mermaid state diagram below a comment that names the declaration; the text around is written by hand.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

from statemachine import State, StateMachine

_MANY = 5
"""Arrows of one event to one state that make a picture unreadable."""
PAGES = sorted((Path(__file__).parent / "explanation").glob("*.md"))
_DRAWING = re.compile(r"(<!-- drawn from (\w+) by docs/make_life_cycles\.py -->\n)```mermaid\n.*?```\n", re.DOTALL)


def drawn(page: str) -> str:
    """The page with every drawing made anew. KeyError for a declaration that isn't there."""
    lifecycles = declarations()
    return _DRAWING.sub(lambda found: f"{found[1]}```mermaid\n{diagram(lifecycles[found[2]])}```\n", page)


def declarations() -> dict[str, type[StateMachine]]:
    """Return all life cycles of the program, by name."""
    from controller.supply_chain.state import lifecycles as chain
    from controller.warehouse import lifecycles as floor
    from robots.agents import session_state as agents
    from robots.units import lifecycle as robots

    named = [value for module in (robots, agents, floor, chain) for value in vars(module).values()]
    lifecycles = [
        lifecycle for lifecycle in named if isinstance(lifecycle, type) and issubclass(lifecycle, StateMachine)
    ]
    return {lifecycle.__name__: lifecycle for lifecycle in lifecycles if lifecycle is not StateMachine}


def diagram(lifecycle: type[StateMachine]) -> str:
    """A Mermaid state diagram. What may happen in every one of many states is a note, not an arrow from each."""
    arrows: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    always = events_of_every_state(lifecycle)
    for state in lifecycle.states:
        for transition in state.transitions:
            if transition.event not in always:
                arrows[_name(state), _name(transition.target)].append(transition.event)
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {_name(state)}" for state in lifecycle.states if state.initial]
    lines += [f"    {source} --> {target}: {', '.join(events)}" for (source, target), events in arrows.items()]
    lines += [f"    {_name(state)} --> [*]" for state in lifecycle.states if state.final]
    lines += [f"    note right of {target}: {event}, from every state" for event, target in always.items()]
    return "\n".join(lines) + "\n"


def _name(state: State) -> str:
    """Return the name of the enumeration's member, as pictures write it."""
    return str(state.id).lower()


def events_of_every_state(lifecycle: type[StateMachine]) -> dict[str, str]:
    """{event: target} of events that may happen in every state but final ones and their target, if these are many."""
    living = {_name(state) for state in lifecycle.states if not state.final}
    found: defaultdict[tuple[str, str], int] = defaultdict(int)
    for state in lifecycle.states:
        for transition in state.transitions:
            found[transition.event, _name(transition.target)] += 1
    return {event: target for (event, target), count in found.items() if _MANY <= count == len(living - {target})}


def main() -> None:
    """Write the pages, or with --check say whether they are as they should be."""
    for path in PAGES:
        page = path.read_text(encoding="utf-8")
        new = drawn(page)
        if "--check" in sys.argv[1:] and new != page:
            sys.exit(f"{path} is not up to date: run python {Path(__file__).name}")
        path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
