"""Options of all commands that take an order file: its format, where the file itself is ambiguous."""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layout.errors import InputError

if TYPE_CHECKING:
    from controller.scenario.scenario import OrderSettings

_HINTS: Mapping[str, Any] = {
    "column": Annotated[
        list[str] | None,
        typer.Option("--column", metavar="FIELD=NAME", help="A column's name in the order file, e.g. sku=Item."),
    ],
    "timestamp": Annotated[
        str | None,
        typer.Option(
            "--date-format", metavar="FORM", help="Its dates: %d/%m/%Y %H:%M, dayfirst, monthfirst, epoch_s, epoch_ms."
        ),
    ],
    "separator": Annotated[
        str | None, typer.Option("--separator", metavar="SIGN", help="Between its columns: , or ; or tab.")
    ],
    "encoding": Annotated[str | None, typer.Option("--encoding", metavar="NAME", help="Its encoding, e.g. cp1252.")],
    "decimal": Annotated[str | None, typer.Option("--decimal", metavar="SIGN", help="Its decimal sign: . or ,")],
    "number_by": Annotated[
        str | None, typer.Option("--number-by", metavar="day", help="day: its order numbers start again each day.")
    ],
}


@dataclass(frozen=True, slots=True)
class OrderForm:
    """Format of an order file as given by the user. columns: {field: names}. values: other settings of [orders]."""

    columns: Mapping[str, list[str]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)

    def settings(self) -> dict[str, str]:
        """Return the format as settings of a scenario, {section.key: TOML value}."""
        from layout.formats.toml_format import toml_value

        columns = {f"orders.columns.{name}": toml_value(heads) for name, heads in self.columns.items()}
        return columns | {f"orders.{key}": toml_value(value) for key, value in self.values.items()}

    def orders(self) -> "OrderSettings":
        """Return the format as a separate [orders] table, for a command without a scenario."""
        import msgspec

        from controller.scenario.scenario import OrderSettings

        return msgspec.convert({"columns": dict(self.columns), **self.values}, OrderSettings)


def takes_order_file(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options above to a command, which receives them together as its argument `form`."""
    signature = inspect.signature(command)
    kept = [parameter for name, parameter in signature.parameters.items() if name != "form"]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=hint)
        for name, hint in _HINTS.items()
    ]

    @functools.wraps(command)
    def with_options(*args: Any, **given: Any) -> None:
        options = {name: given.pop(name, None) for name in _HINTS}  # another command may call this one without them
        command(
            *args,
            **given,
            form=_form(options.pop("column") or [], {key: value for key, value in options.items() if value}),
        )

    with_options.__signature__ = signature.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
    with_options.__annotations__ = {p.name: p.annotation for p in (*kept, *added)} | {"return": None}
    return with_options


def _form(columns: Sequence[str], values: Mapping[str, str]) -> OrderForm:
    """Return the format. InputError for invalid options."""
    from controller.scenario.scenario import OrderSettings
    from layout.errors import Problem
    from layout.files.tables import read_table
    from layout.tabular.form import OPTIONS

    problems: list[Problem] = []
    read_table(OrderSettings, dict(values), "", "", problems)
    if problems:
        named = [(problem, problem.where.strip()) for problem in problems]
        raise InputError([Problem(OPTIONS.get(key, key), "", p.what, p.instead) for p, key in named])
    form = OrderForm(_columns(columns), values)
    from controller.scenario.file_forms import faults_of_form

    faults = [Problem(OPTIONS[key], "", *fault) for key, *fault in faults_of_form(form.orders().form)]
    if faults:
        raise InputError(faults)
    return form


def _columns(words: Sequence[str]) -> dict[str, list[str]]:
    """Return column names by field: ["sku=StockCode"] → {"sku": ["StockCode"]}."""
    from controller.demand.order_head import NAMED

    names: dict[str, list[str]] = {}
    for word in words:
        name, _, head = word.partition("=")
        if name not in NAMED or not head:
            raise InputError.single(f"--column {word}", "", "is not FIELD=NAME", f"FIELD is one of {', '.join(NAMED)}")
        names.setdefault(name, []).append(head)
    return names
