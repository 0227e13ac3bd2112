"""Parcels and their places, from the pack station to the customer."""

from dataclasses import dataclass, field

from controller.supply_chain.state.lifecycles import ParcelState


@dataclass(slots=True, eq=False)
class Parcel:
    """A parcel. id: of its order. place: as in `ParcelMoved`. cpt: of its departure. Weight and volume include the box."""

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
    """All parcels under way. under_way: {order: Parcel} in the warehouse or with a carrier."""

    under_way: dict[int, Parcel] = field(default_factory=dict)
