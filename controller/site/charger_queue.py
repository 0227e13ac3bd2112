"""Claims to chargers: the robot at each charger or on its way there, and the robot that comes next."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class ChargerClaims:
    """Users and followers of chargers.

    users: {charger cell: robot} that charges there or is on its way. followers: {charger cell: robot} on its way while
    the user still charges. A charger has a follower only while it has a user.
    """

    users: dict[int, int] = field(default_factory=dict)
    followers: dict[int, int] = field(default_factory=dict)

    def claim(self, cell: int, robot: int) -> None:
        """Claim a charger for a robot, as its user if it has none, else as its follower. ValueError if it has both."""
        if cell in self.followers:
            raise ValueError(f"charger {cell} has a follower")
        (self.followers if cell in self.users else self.users)[cell] = robot

    def plug_in(self, cell: int, robot: int) -> None:
        """Record that a robot begins to charge; a follower that arrives before the user takes its turn."""
        if self.followers.get(cell) == robot:
            self.followers[cell], self.users[cell] = self.users[cell], robot

    def give_back(self, cell: int, robot: int) -> None:
        """Record that a robot leaves the charger or does not come; its follower becomes the user."""
        if self.followers.get(cell) == robot:
            del self.followers[cell]
        elif self.users.get(cell) == robot:
            del self.users[cell]
            if cell in self.followers:
                self.users[cell] = self.followers.pop(cell)
