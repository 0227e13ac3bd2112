"""Find the start of a quoted field that is not closed, or that continues after its closing quote."""

from collections.abc import Iterable

from layout.errors import InputError

_WAY_OUT = 'a quote inside a quoted field is written twice, as in "5"" bolt"'


def quote_fault(file: str, lines: Iterable[str], first: int, separator: str) -> InputError:
    """Return the fault in the quotes of a row. lines: from the row's own on, numbered from `first`."""
    began, closed, last = first, False, first
    state = "begin"
    for number, line in enumerate(lines, first):
        last = number
        for sign in line:
            if state == "quoted":
                state = "closed" if sign == '"' else "quoted"
            elif sign == separator or sign in "\r\n":
                state = "begin"
            elif sign == '"' and state in ("begin", "closed"):
                began = number if state == "begin" else began
                state = "quoted"
            elif state == "closed":
                closed = True
                break
            else:
                state = "plain"
        if closed or state != "quoted":
            break
    if closed:
        begins = "a quoted field" if last == began else f"a quote begins here and closes in line {last}, where it"
        return InputError.single(file, f"line {began}", f"{begins} has text after its closing quote", _WAY_OUT)
    if state == "quoted":
        return InputError.single(file, f"line {began}", "a quote begins here and is never closed", _WAY_OUT)
    return InputError.single(file, f"line {first}", "is not CSV: it has a field of more than 131,072 characters")


def swallowed(file: str, line: int, last: int) -> InputError:
    """Return the fault of a quoted field that spans lines which look like rows of their own."""
    what = f"a quote begins here and closes in line {last}: the text between looks like rows of its own"
    return InputError.single(file, f"line {line}", what, _WAY_OUT)
