"""`podfleet seller`: requests of a seller, or of its order system, to the warehouse that keeps its stock."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.shared.connection import CONTROLLER, Connect, ControllerConnection, Keys, ask, fail, texts
from controller.cli.shared.output import AsJson, print_document, say

if TYPE_CHECKING:
    from robots.requests.requests import Figures, NoticeLine

seller_app = typer.Typer(
    no_args_is_help=True, help="For owners of stock on a running floor: see it, and announce shipments."
)

Owner = Annotated[str, typer.Argument(metavar="OWNER", help="Whose stock: seller-3, or house.")]
_COLUMNS_OF_ANSWER = ("sku", "ok", "text", "owner", "skus", "units", "next")


@seller_app.command()
def stock(owner: Owner, connect: Connect = CONTROLLER, keys: Keys = None, as_json: AsJson = False) -> None:
    """Show an owner's units by SKU, and where they are. A seller's key shows only its own stock."""
    from robots.requests.requests import Stock

    rows: list[dict[str, object]] = []
    first = 0
    with ControllerConnection(connect, keys, _names(owner)) as controller:
        while first >= 0:
            result = controller.ask(Stock(controller.name, secrets.token_hex(8), owner, first))
            if not result.ok:
                fail(result)
            rows += _rows(result.data)
            after = result.data["next"]
            first = after if isinstance(after, int) else -1
    if as_json:
        print_document({"owner": owner, "stock": rows})
        return
    say(result.text)
    for row in rows:
        places = ", ".join(f"{units} {place}" for place, units in row.items() if place != "sku" and units)
        say(f"{row['sku']}: {places or 'none'}")


@seller_app.command()
def advise(
    owner: Owner,
    asn: Annotated[
        str, typer.Argument(metavar="ASN", help="Your number of the shipment; announcing it again has no effect.")
    ],
    file: Annotated[Path, typer.Argument(metavar="CSV", help="Its lines: sku, quantity.")],
    in_s: Annotated[float, typer.Option(min=0, help="Seconds from now until it can be at the yard.")] = 0.0,
    connect: Connect = CONTROLLER,
    keys: Keys = None,
    as_json: AsJson = False,
) -> None:
    """Announce a shipment (ASN). Exit 1 if it is refused, for example beyond the seller's capacity."""
    from robots.requests.requests import Advise

    lines = _read_lines(file)
    ask(connect, keys, as_json, lambda client, msg: Advise(client, msg, owner, asn, lines, in_s), _names(owner))


def _names(owner: str) -> tuple[str, ...]:
    """Return the names of keys that may ask about an owner."""
    return (owner, "orders", "operator") if owner.startswith("seller-") else ("orders", "operator")


def _rows(data: "Figures") -> list[dict[str, object]]:
    """Return the columns of an answer as rows, SKU by SKU."""
    places = [name for name in data if name not in _COLUMNS_OF_ANSWER]
    return [
        {"sku": sku, **{place: int(texts(data[place])[number]) for place in places}}
        for number, sku in enumerate(texts(data["sku"]))
    ]


def _read_lines(file: Path) -> list["NoticeLine"]:
    """Read the lines of a shipment. InputError with every faulty line."""
    from controller.demand.sku_csv import SKU_NAMES
    from layout.tabular.columns import NAMES
    from layout.tabular.lines import LineReader
    from robots.requests.requests import MOST_SIGNS, NoticeLine

    lines: dict[tuple[str, int], int] = {}
    reader = LineReader(file, {"sku": SKU_NAMES, "quantity": NAMES["quantity"]}, ("sku", "quantity"))
    for line, cells in reader.lines():
        text = cells["quantity"]
        if (units := reader.number(text, 1, 1_000_000, whole=True)) is None:
            reader.fault(
                line, *reader.wrong_number(f"quantity is {text or 'nothing'}", text, "a whole number from 1 on")
            )
        elif not 1 <= len(cells["sku"]) <= MOST_SIGNS:
            reader.fault(line, "has no SKU", f"1 to {MOST_SIGNS} signs")
        elif (first := lines.setdefault((cells["sku"], int(units)), line)) != line:
            reader.fault(line, f"repeats line {first}", "add up what is alike")
    reader.finish(lines, "lines", "a line has sku and quantity")
    return [NoticeLine(sku, units) for sku, units in lines]
