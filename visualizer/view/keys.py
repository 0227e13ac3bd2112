"""Keys and mouse of the window: one table for the window, the help and the documentation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Binding:
    """A key binding.

    keys: names for pygame.key.key_code, with "alt+" or "shift+" in front if that is held. shown: as people read them.
    action: method of the window. numbered: the method is called with the index of the key among the keys.
    """

    action: str
    keys: tuple[str, ...]
    shown: str
    words: str
    numbered: bool = False


BINDINGS = (
    Binding("toggle", ("space",), "space", "pause, play"),
    Binding("step_on", (".", "right"), ".  →", "one tick on"),
    Binding("step_back", (",", "left"), ",  ←", "one tick back"),
    Binding("faster", ("=", "+", "[+]"), "+", "twice as fast, up to ×64"),
    Binding("slower", ("-", "[-]"), "-", "half as fast, down to ×0.25"),
    Binding("go_first", ("home",), "home", "to the first tick"),
    Binding("go_last", ("end", "l"), "end  L", "to the last tick; live: catch up"),
    Binding("next_mark", ("n",), "N", "next alarm or fault"),
    Binding("last_mark", ("N",), "shift N", "alarm or fault before"),
    Binding("next_event", ("page down",), "page ↓", "next event of the selection"),
    Binding("last_event", ("page up",), "page ↑", "event of the selection before"),
    Binding("search", ("/",), "/", "search: robot 17, order 000088, pod 5, sku …, 12,40, 09:31"),
    Binding("go_back", ("[", "alt+left"), "[  alt ←", "back to the place before"),
    Binding("go_forward", ("]", "alt+right"), "]  alt →", "forward again"),
    Binding("follow", ("g",), "G", "go along with the robot or pod selected, or no longer"),
    Binding("fit", ("f",), "F", "the whole floor, and again whenever the window changes its size"),
    Binding(
        "pan", ("shift+left", "shift+right", "shift+up", "shift+down"), "shift ←→↑↓", "move the floor", numbered=True
    ),
    Binding("next_heat", ("h",), "H", "heat: none, occupancy, waiting, flow, velocity"),
    Binding("next_span", ("j",), "J", "heat of 1, 5 or 15 minutes, or all"),
    Binding("switch_layer", tuple("123456789"), "1 … 9", "layers: pods, robots, lanes and so on", numbered=True),
    Binding("toggle_legend", ("0",), "0", "the list of layers"),
    Binding("toggle_night", ("c",), "C", "day or night colours"),
    Binding("turn_page", ("e",), "E", "events of the selection, or what it is"),
    Binding("act", ("a",), "A", "steer: what may be asked of the floor and of the selection"),
    Binding("toggle_help", ("?", "f1"), "?", "this help"),
    Binding("escape", ("escape",), "esc", "close help, drop the selection, close the window"),
    Binding("quit", ("q",), "Q", "close the window; one that would end its run asks first"),
)

MOUSE = (
    ("wheel", "zoom at the cursor"),
    ("drag", "move the floor"),
    ("click", "inspect a robot, pod, station or cell; again: what is beneath; in the panel: what it names"),
    ("right click", "steer what is there"),
    ("timeline", "point at it: the tick, its time and its alarms; click or drag: go there"),
    ("pointer at the edge", "click to go to the alarm that it points to"),
    ("small map", "click or drag to look elsewhere"),
)
