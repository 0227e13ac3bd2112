"""Lifecycles of the objects in the supply chain, declared once; `advance` moves an object along the derived table.

The diagrams on the pages of docs/explanation are drawn from these declarations.
"""

from enum import StrEnum

from statemachine import StateMachine
from statemachine.states import States

from robots.units.lifecycle import transition_table


class PurchaseOrderState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    CONFIRMED = "confirmed"
    SHIPPED = "shipped"
    """Shipped, with an advance ship notice (ASN) of content and arrival."""
    ARRIVED = "arrived"
    RECEIVED = "received"
    CLOSED = "closed"
    SHORT = "short"
    """Closed with less than was ordered."""
    CANCELLED = "cancelled"


class TrailerState(StrEnum):
    ANNOUNCED = "announced"
    WAITING = "waiting"
    """In the yard, waiting for a dock door."""
    AT_DOOR = "at_door"
    UNLOADED = "unloaded"
    LOADING = "loading"
    DEPARTED = "departed"


class ParcelState(StrEnum):
    PACKED = "packed"
    LABELLED = "labelled"
    """Through SLAM: weighed, labelled, on a manifest."""
    SORTED = "sorted"
    LOADED = "loaded"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    ATTEMPTED = "attempted"
    """Nobody was at home; it goes out again."""
    UNDELIVERABLE = "undeliverable"


class ReturnState(StrEnum):
    AUTHORISED = "authorised"
    HANDED_IN = "handed_in"
    ARRIVED = "arrived"
    INSPECTED = "inspected"
    CLOSED = "closed"


class ShipmentState(StrEnum):
    """States of a seller's shipment, inbound or, as a removal, outbound."""

    ANNOUNCED = "announced"
    REFUSED = "refused"
    ARRIVED = "arrived"
    RECEIVED = "received"


class PurchaseOrderLifecycle(StateMachine):
    _ = States.from_enum(
        PurchaseOrderState,
        initial=PurchaseOrderState.DRAFT,
        final={PurchaseOrderState.CLOSED, PurchaseOrderState.SHORT, PurchaseOrderState.CANCELLED},
    )

    place = _.DRAFT.to(_.SENT)  # `send` is the library's name
    confirm = _.SENT.to(_.CONFIRMED)
    ship = _.CONFIRMED.to(_.SHIPPED)
    arrive = _.SHIPPED.to(_.ARRIVED)
    receive = _.ARRIVED.to(_.RECEIVED)
    close = _.RECEIVED.to(_.CLOSED)
    close_short = _.RECEIVED.to(_.SHORT)
    cancel = _.DRAFT.to(_.CANCELLED) | _.SENT.to(_.CANCELLED) | _.CONFIRMED.to(_.CANCELLED)


class TrailerLifecycle(StateMachine):
    _ = States.from_enum(
        TrailerState, initial=TrailerState.ANNOUNCED, final={TrailerState.UNLOADED, TrailerState.DEPARTED}
    )

    come = _.ANNOUNCED.to(_.WAITING)
    dock = _.WAITING.to(_.AT_DOOR)
    unload = _.AT_DOOR.to(_.UNLOADED)
    load = _.ANNOUNCED.to(_.LOADING)
    depart = _.LOADING.to(_.DEPARTED)


class ParcelLifecycle(StateMachine):
    _ = States.from_enum(
        ParcelState, initial=ParcelState.PACKED, final={ParcelState.DELIVERED, ParcelState.UNDELIVERABLE}
    )

    label = _.PACKED.to(_.LABELLED)
    repack = _.PACKED.to(_.PACKED)
    sort = _.LABELLED.to(_.SORTED)
    load = _.SORTED.to(_.LOADED)
    depart = _.LOADED.to(_.IN_TRANSIT)
    go_out = _.IN_TRANSIT.to(_.OUT_FOR_DELIVERY)
    deliver = _.OUT_FOR_DELIVERY.to(_.DELIVERED) | _.IN_TRANSIT.to(_.DELIVERED)
    fail = _.OUT_FOR_DELIVERY.to(_.ATTEMPTED)
    go_again = _.ATTEMPTED.to(_.OUT_FOR_DELIVERY)
    give_up = _.ATTEMPTED.to(_.UNDELIVERABLE)


class ReturnLifecycle(StateMachine):
    _ = States.from_enum(ReturnState, initial=ReturnState.AUTHORISED, final=ReturnState.CLOSED)

    hand_in = _.AUTHORISED.to(_.HANDED_IN)
    arrive = _.HANDED_IN.to(_.ARRIVED)
    inspect = _.ARRIVED.to(_.INSPECTED)
    close = _.INSPECTED.to(_.CLOSED)


class ShipmentLifecycle(StateMachine):
    _ = States.from_enum(
        ShipmentState, initial=ShipmentState.ANNOUNCED, final={ShipmentState.REFUSED, ShipmentState.RECEIVED}
    )

    refuse = _.ANNOUNCED.to(_.REFUSED)
    arrive = _.ANNOUNCED.to(_.ARRIVED)
    receive = _.ARRIVED.to(_.RECEIVED)


PARCEL = transition_table(ParcelLifecycle, ParcelState)
RETURN = transition_table(ReturnLifecycle, ReturnState)
SHIPMENT = transition_table(ShipmentLifecycle, ShipmentState)
