"""PyVRP is an extra: who plans no last mile needs none of it."""

from layout.errors import InputError


def pyvrp_there() -> bool:
    """Whether PyVRP can be imported, in a version with locations of their own (0.14 or newer)."""
    try:
        import pyvrp
    except ImportError:
        return False
    return hasattr(pyvrp, "Location")


def check_pyvrp(where: str) -> None:
    """InputError in one line if PyVRP is missing or too old. where: the file that asks for a last mile."""
    if not pyvrp_there():
        raise InputError.single(where, "", "a last mile needs PyVRP 0.14", "pip install 'podfleet[routes]'")
