"""What the keys and the mouse do: one table for the window, the help overlay and the docs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Binding:
    """keys: names as pygame.key.key_code takes them. shown: as people read them. action: a method of the window."""

    action: str
    keys: tuple[str, ...]
    shown: str
    words: str


BINDINGS = (
    Binding("toggle", ("space",), "space", "pause, play"),
    Binding("step_on", (".", "right"), ".  →", "one tick on"),
    Binding("step_back", (",", "left"), ",  ←", "one tick back"),
    Binding("faster", ("=", "+", "[+]"), "+", "twice as fast, up to ×64"),
    Binding("slower", ("-", "[-]"), "-", "half as fast, down to ×0.25"),
    Binding("go_first", ("home",), "home", "to the first tick"),
    Binding("go_last", ("end",), "end", "to the last tick"),
    Binding("fit", ("f",), "F", "the whole floor"),
    Binding("toggle_heat", ("h",), "H", "pods by velocity, or plain"),
    Binding("toggle_help", ("?", "f1"), "?", "this help"),
    Binding("escape", ("escape",), "esc", "close help, drop the selection, quit"),
    Binding("quit", ("q",), "Q", "quit"),
)

MOUSE = (
    ("wheel", "zoom at the cursor"),
    ("drag", "move the floor"),
    ("click", "inspect a robot, pod, station or cell; again: what is beneath"),
    ("timeline", "click to go to a tick"),
)
