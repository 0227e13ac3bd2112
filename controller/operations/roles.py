"""Who may ask the desk for what."""

from controller.site.operator_state import Refusal
from robots.link.keys import SELLER
from robots.requests import requests

ANYBODY, ORDERS, OPERATOR = "", "orders", "operator"
"""Roles. Where there are no keys, everybody may ask for anything. A seller's role is his name, "seller-3"."""


def is_seller(role: str) -> bool:
    """Whether a role is that of an owner of stock."""
    return role.startswith(SELLER)


def check_role(request: requests.Request, role: str) -> None:
    """Refusal if a request isn't for this role."""
    kind = type(request).__struct_config__.tag
    if is_seller(role):
        _check_seller(request, role)
    elif role not in _roles(request):
        raise Refusal(f"{kind} is not for this key; it needs the one of {_who(request)}")


def _check_seller(request: requests.Request, role: str) -> None:
    """He tracks orders, of which `track` shows him his own, and sees and sends nothing but his own goods."""
    if isinstance(request, requests.Advise | requests.Stock) and request.owner != role:
        raise Refusal(f"this key is {role}'s, and for nothing of others")
    if not isinstance(request, requests.Track | requests.Advise | requests.Stock):
        kind = type(request).__struct_config__.tag
        raise Refusal(f"{kind} is not for this key; it needs the one of {_who(request)}")


def _roles(request: requests.Request) -> tuple[str, ...]:
    """Who may ask for it, sellers aside."""
    if isinstance(request, requests.Submit):
        return ANYBODY, ORDERS
    if isinstance(
        request, requests.Cancel | requests.Prioritise | requests.Track | requests.Advise | requests.Stock
    ) or (isinstance(request, requests.Status) and request.name):
        return ANYBODY, ORDERS, OPERATOR
    return ANYBODY, OPERATOR


def _who(request: requests.Request) -> str:
    return "an operator" if ORDERS not in _roles(request) else "an order system"
