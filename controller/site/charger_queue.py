"""Who is at which charger, or on its way there, and who comes next."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class ChargerClaims:
    """users: {charger cell: robot} that charges there or drives there. followers: {charger cell: robot} that drives there while
    the user still charges. A charger has a follower only while it has a user.
    """

    users: dict[int, int] = field(default_factory=dict)
    followers: dict[int, int] = field(default_factory=dict)

    def claim(self, cell: int, robot: int) -> None:
        """Keep a charger for a robot, as its user if it has none. ValueError if it has a follower too."""
        if cell in self.followers:
            raise ValueError(f"charger {cell} has a follower")
        (self.followers if cell in self.users else self.users)[cell] = robot

    def plug_in(self, cell: int, robot: int) -> None:
        """A robot charges from now on; a follower that comes before the user goes before it."""
        if self.followers.get(cell) == robot:
            self.followers[cell], self.users[cell] = self.users[cell], robot

    def give_back(self, cell: int, robot: int) -> None:
        """A robot leaves the charger, or doesn't come; its follower is the user then."""
        if self.followers.get(cell) == robot:
            del self.followers[cell]
        elif self.users.get(cell) == robot:
            del self.users[cell]
            if cell in self.followers:
                self.users[cell] = self.followers.pop(cell)
