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
    Binding("step_on", (".", "right"), ".  →", "one tick forward"),
    Binding("step_back", (",", "left"), ",  ←", "one tick back"),
    Binding("faster", ("=", "+", "[+]"), "+", "double speed, up to ×64"),
    Binding("slower", ("-", "[-]"), "-", "half speed, down to ×0.25"),
    Binding("go_first", ("home",), "home", "to the first tick"),
    Binding("go_last", ("end", "l"), "end  L", "to the last tick; live: catch up"),
    Binding("next_mark", ("n",), "N", "next alarm or fault"),
    Binding("last_mark", ("N",), "shift N", "previous alarm or fault"),
    Binding("next_event", ("page down",), "page ↓", "next event of the selection"),
    Binding("last_event", ("page up",), "page ↑", "previous event of the selection"),
    Binding("search", ("/",), "/", "search: robot 17, order 000088, pod 5, sku …, 12,40, 09:31"),
    Binding("go_back", ("[", "alt+left"), "[  alt ←", "back to the previous place"),
    Binding("go_forward", ("]", "alt+right"), "]  alt →", "forward again"),
    Binding("follow", ("g",), "G", "follow the selected robot or pod, or stop following"),
    Binding("fit", ("f",), "F", "the whole floor, also when the window's size changes"),
    Binding(
        "pan", ("shift+left", "shift+right", "shift+up", "shift+down"), "shift ←→↑↓", "move the floor", numbered=True
    ),
    Binding("next_heat", ("h",), "H", "heat: none, occupancy, waiting, flow, velocity"),
    Binding("next_span", ("j",), "J", "heat of 1, 5 or 15 minutes, or the whole run"),
    Binding("switch_layer", tuple("123456789"), "1 … 9", "layers: pods, robots, lanes and so on", numbered=True),
    Binding("toggle_legend", ("0",), "0", "the list of layers"),
    Binding("toggle_night", ("c",), "C", "day or night colours"),
    Binding("turn_page", ("e",), "E", "events of the selection, or the page about it"),
    Binding("act", ("a",), "A", "commands for the floor and the selection"),
    Binding("toggle_help", ("?", "f1"), "?", "this help"),
    Binding("escape", ("escape",), "esc", "close the help, clear the selection, close the window"),
    Binding("quit", ("q",), "Q", "close the window; asks first if that ends the run"),
)

MOUSE = (
    ("wheel", "zoom at the cursor"),
    ("drag", "move the floor"),
    ("click", "inspect a robot, pod, station or cell; again: the thing beneath; in the panel: follow the link"),
    ("right click", "commands for the thing there"),
    ("timeline", "hover: tick, time and alarms; click or drag: go there"),
    ("pointer at the edge", "click to go to its alarm"),
    ("minimap", "click or drag to move the view"),
)
