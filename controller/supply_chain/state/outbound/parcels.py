"""The parcels: where each is, from the pack station to its customer."""

from dataclasses import dataclass, field

from controller.supply_chain.state.lifecycles import ParcelState


@dataclass(slots=True, eq=False)
class Parcel:
    """id: that of its order. place: as in `ParcelMoved`. cpt: of the departure it goes with. Weight and volume with its box."""

    id: int
    lane: str
    cpt: int
    weight_g: int
    volume_ml: int
    state: ParcelState = ParcelState.PACKED
    place: str = "pack"
    attempts: int = 0
    eta: int = -1


@dataclass(slots=True)
class ParcelsState:
    """under_way: {order: Parcel} of all that are with us or with a carrier."""

    under_way: dict[int, Parcel] = field(default_factory=dict)
