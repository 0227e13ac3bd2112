"""Times of arrival after a delay on the road. The order of stops stays; waiting times for a window absorb what they
can.
"""

from dataclasses import replace

from controller.routing.routes import Route


def delayed(route: Route, index: int, delay_s: int) -> Route:
    """Return the route with all its times after a delay of 0 s or more; its cost follows the longer time, and its shift
    may be exceeded.

    index: index of the first late stop; len(route.stops) means a delay on the way back.
    """
    arrivals, begins, leaves = list(route.arrivals_s), list(route.begins_s), list(route.leaves_s)
    late = delay_s
    for place in range(index, len(arrivals)):
        arrivals[place] += late
        late = max(0, arrivals[place] - begins[place])
        begins[place] += late
        leaves[place] += late
    seconds = route.seconds + late
    return replace(
        route,
        arrivals_s=tuple(arrivals),
        begins_s=tuple(begins),
        leaves_s=tuple(leaves),
        back_s=route.back_s + late,
        seconds=seconds,
        cents=route.kind.cents(route.metres, seconds),
    )
