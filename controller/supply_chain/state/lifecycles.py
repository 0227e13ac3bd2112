"""Lives of what moves through the supply chain, declared once; `advance` moves an object along the derived table.

The pictures on the pages of docs/explanation are drawn from these declarations.
"""

from enum import StrEnum

from statemachine import State, StateMachine

from controller.warehouse.lifecycles import lifecycle_table


class PurchaseOrderState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    CONFIRMED = "confirmed"
    SHIPPED = "shipped"
    """An advance ship notice (ASN) says what comes, and when."""
    ARRIVED = "arrived"
    RECEIVED = "received"
    CLOSED = "closed"
    SHORT = "short"
    """Closed with less than was ordered."""
    CANCELLED = "cancelled"


class TrailerState(StrEnum):
    ANNOUNCED = "announced"
    WAITING = "waiting"
    """In the yard, for a dock door."""
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
    """Nobody was there; goes out again."""
    UNDELIVERABLE = "undeliverable"


class ReturnState(StrEnum):
    AUTHORISED = "authorised"
    HANDED_IN = "handed_in"
    ARRIVED = "arrived"
    INSPECTED = "inspected"
    CLOSED = "closed"


class ShipmentState(StrEnum):
    """Of a seller's stock, inbound or, as a removal, outbound."""

    ANNOUNCED = "announced"
    REFUSED = "refused"
    ARRIVED = "arrived"
    RECEIVED = "received"


class PurchaseOrderLifecycle(StateMachine):
    draft = State(initial=True)
    sent = State()
    confirmed = State()
    shipped = State()
    arrived = State()
    received = State()
    closed = State(final=True)
    short = State(final=True)
    cancelled = State(final=True)

    place = draft.to(sent)  # `send` is the library's
    confirm = sent.to(confirmed)
    ship = confirmed.to(shipped)
    arrive = shipped.to(arrived)
    receive = arrived.to(received)
    close = received.to(closed)
    close_short = received.to(short)
    cancel = draft.to(cancelled) | sent.to(cancelled) | confirmed.to(cancelled)


class TrailerLifecycle(StateMachine):
    announced = State(initial=True)
    waiting = State()
    at_door = State()
    unloaded = State(final=True)
    loading = State()
    departed = State(final=True)

    come = announced.to(waiting)
    dock = waiting.to(at_door)
    unload = at_door.to(unloaded)
    load = announced.to(loading)
    depart = loading.to(departed)


class ParcelLifecycle(StateMachine):
    packed = State(initial=True)
    labelled = State()
    sorted = State()
    loaded = State()
    in_transit = State()
    out_for_delivery = State()
    delivered = State(final=True)
    attempted = State()
    undeliverable = State(final=True)

    label = packed.to(labelled)
    repack = packed.to(packed)
    sort = labelled.to(sorted)
    load = sorted.to(loaded)
    depart = loaded.to(in_transit)
    go_out = in_transit.to(out_for_delivery)
    deliver = out_for_delivery.to(delivered) | in_transit.to(delivered)
    fail = out_for_delivery.to(attempted)
    go_again = attempted.to(out_for_delivery)
    give_up = attempted.to(undeliverable)


class ReturnLifecycle(StateMachine):
    authorised = State(initial=True)
    handed_in = State()
    arrived = State()
    inspected = State()
    closed = State(final=True)

    hand_in = authorised.to(handed_in)
    arrive = handed_in.to(arrived)
    inspect = arrived.to(inspected)
    close = inspected.to(closed)


class ShipmentLifecycle(StateMachine):
    announced = State(initial=True)
    refused = State(final=True)
    arrived = State()
    received = State(final=True)

    refuse = announced.to(refused)
    arrive = announced.to(arrived)
    receive = arrived.to(received)


PURCHASE_ORDER = lifecycle_table(PurchaseOrderLifecycle, PurchaseOrderState)
TRAILER = lifecycle_table(TrailerLifecycle, TrailerState)
PARCEL = lifecycle_table(ParcelLifecycle, ParcelState)
RETURN = lifecycle_table(ReturnLifecycle, ReturnState)
SHIPMENT = lifecycle_table(ShipmentLifecycle, ShipmentState)
