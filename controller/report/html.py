"""Building blocks of HTML. Text from a run passes through `text`, so that none of it becomes markup."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from layout.escaping import markup


class Markup(str):
    """A finished piece of HTML; every other string is text."""

    __slots__ = ()


def text(value: object) -> Markup:
    """Return a value as HTML, escaped unless it is Markup."""
    return value if isinstance(value, Markup) else Markup(markup(str(value)))


def tag(name: str, *content: object, css: str = "") -> Markup:
    """Return <name class="css">content</name>."""
    attribute = f' class="{markup(css)}"' if css else ""
    return Markup(f"<{name}{attribute}>{joined(content)}</{name}>")


def joined(parts: Iterable[object], between: str = "") -> Markup:
    return Markup(between.join(text(part) for part in parts))


class Column(NamedTuple):
    """A column of a table. Numeric columns are aligned right."""

    title: str
    numeric: bool = False


def table(columns: Sequence[Column], rows: Iterable[Sequence[object]], empty: str) -> Markup:
    """Return a table, or the text `empty` if it has no row."""
    body = [
        tag("tr", *(tag("td", cell, css=_css(column)) for column, cell in zip(columns, row, strict=True)))
        for row in rows
    ]
    if not body:
        return tag("p", empty, css="none")
    head = tag("tr", *(tag("th", column.title, css=_css(column)) for column in columns))
    return tag("div", tag("table", tag("thead", head), tag("tbody", *body)), css="wide")


def section(title: str, words: object, *content: object) -> Markup:
    """Return a headed section of the page; `words` explain how to read it."""
    return tag("section", tag("h2", title), tag("p", words), *content)


def bar(parts: Iterable[tuple[float, str]], title: str = "") -> Markup:
    """Return a bar of shares of a whole (0 to 1) in their colours."""
    pieces = "".join(f'<i style="width:{100 * part:.2f}%;background:{colour}"></i>' for part, colour in parts)
    return Markup(f'<div class="bar" title="{markup(title)}">{pieces}</div>')


def key(colour: str, words: str) -> Markup:
    """Return a legend entry: a colour and its meaning."""
    return joined((Markup(f'<i class="key" style="background:{colour}"></i>'), words))


def _css(column: Column) -> str:
    return "n" if column.numeric else ""
