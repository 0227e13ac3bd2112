"""Check for PyVRP, an extra needed only for planning the last mile."""

from layout.errors import InputError


def pyvrp_there() -> bool:
    """Return whether PyVRP can be imported, in a version with separate locations (0.14 or newer)."""
    try:
        import pyvrp
    except ImportError:
        return False
    return hasattr(pyvrp, "Location")


def check_pyvrp(where: str) -> None:
    """Raise InputError in one line if PyVRP is missing or too old. where: the file that asks for a last mile."""
    if not pyvrp_there():
        raise InputError.single(where, "", "a last mile needs PyVRP 0.14", "pip install 'podfleet[routes]'")
