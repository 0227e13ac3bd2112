"""Permissions: the requests that each role may send."""

from controller.site.operator_state import Refusal
from robots.link.keys import SELLER
from robots.requests import requests

ANYBODY, ORDERS, OPERATOR = "", "orders", "operator"
"""Roles. Where there are no keys, everybody may ask for anything. A seller's role is his name, "seller-3"."""


def is_seller(role: str) -> bool:
    """Tell whether a role is that of a seller."""
    return role.startswith(SELLER)


def check_role(request: requests.Request, role: str) -> None:
    """Raise Refusal if a role may not send a request."""
    kind = type(request).__struct_config__.tag
    if is_seller(role):
        _check_seller(request, role)
    elif role not in _roles(request):
        raise Refusal(f"{kind} is not for this key; it needs the one of {_who(request)}")


def _check_seller(request: requests.Request, role: str) -> None:
    """Check a seller's request: a seller tracks its own orders, and sees and sends only its own goods."""
    if isinstance(request, requests.Advise | requests.Stock) and request.owner != role:
        raise Refusal(f"this key belongs to {role}, and is not for the goods of others")
    if not isinstance(request, requests.Track | requests.Advise | requests.Stock):
        kind = type(request).__struct_config__.tag
        raise Refusal(f"{kind} is not for this key; it needs the one of {_who(request)}")


def _roles(request: requests.Request) -> tuple[str, ...]:
    """Return the roles that may send a request, apart from sellers."""
    if isinstance(request, requests.Submit):
        return ANYBODY, ORDERS
    if isinstance(
        request, requests.Cancel | requests.Prioritise | requests.Track | requests.Advise | requests.Stock
    ) or (isinstance(request, requests.Status) and request.name):
        return ANYBODY, ORDERS, OPERATOR
    return ANYBODY, OPERATOR


def _who(request: requests.Request) -> str:
    return "an operator" if ORDERS not in _roles(request) else "an order system"
