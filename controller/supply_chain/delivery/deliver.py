"""Steps that every delivery has in common, by van or by carrier."""

from controller.site.site import Site
from controller.supply_chain.outbound.carriers import Trip
from controller.supply_chain.outbound.late_causes import stock_before
from controller.supply_chain.outbound.parcel_moves import move
from controller.supply_chain.returns import returns
from controller.supply_chain.state.lifecycles import PARCEL
from controller.supply_chain.state.outbound.parcels import Parcel
from controller.supply_chain.state.supply_chain import SupplyChain
from controller.warehouse.lifecycles import advance
from controller.warehouse.stock import CUSTOMER
from controller.warehouse.stock import parcel as parcel_place
from robots.recording.kinds import LateCause
from robots.recording.supply_chain_events import EnergyUsed, ParcelLate


def deliver(site: Site, chain: SupplyChain, parcel: Parcel) -> None:
    """Hand a parcel to its customer; some of its units may be returned later."""
    advance(PARCEL, parcel, "deliver")
    move(site, parcel, str(CUSTOMER))
    units = site.ledger.held(parcel_place(parcel.id))
    site.ledger.move_all(site.tick, parcel_place(parcel.id), CUSTOMER)
    chain.parcels.under_way.pop(parcel.id, None)
    _keep_promise(site, chain, parcel)
    returns.delivered(site, chain, parcel.id, units)


def pay(site: Site, chain: SupplyChain, trip: Trip, cause: str, energy: str) -> None:
    """Post the cost of a trip and report its energy."""
    chain.accounts.spend(site.tick, trip.cents, cause)
    if trip.wh >= 1:
        site.emit(EnergyUsed(site.tick, energy, round(trip.wh), round(trip.co2e_g)))


def _keep_promise(site: Site, chain: SupplyChain, parcel: Parcel) -> None:
    """Close the promise of a delivered parcel, and report it if it was broken and that has not been reported yet."""
    state = chain.last_mile
    promise = chain.promises.given.pop(parcel.id, None)
    on_the_way = stock_before(chain, parcel.id, LateCause.ON_THE_ROAD, "the trip took longer than planned")
    cause, why = state.late_causes.get(parcel.id, on_the_way)
    if promise is not None and site.tick > promise.by and parcel.id not in state.reported:
        text = f"delivered {site.clock(site.tick - promise.by)} after it was promised: {why}"
        site.emit(ParcelLate(site.tick, parcel.id, cause, text))
    state.forget(parcel.id)
