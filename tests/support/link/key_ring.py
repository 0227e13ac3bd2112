"""A folder of keys for tests, and waiting for sockets."""

from pathlib import Path

import zmq

from controller.link.key_folder import make_keys
from robots.link.keys import Key, find_robot_keys, read_key


class KeyRing:
    """A new folder of keys for three robots: their own, and one that no registry knows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_keys(folder, robots=3)
        self.registry = folder / "registry.toml"

    def __getitem__(self, name: str) -> Key:
        return read_key(self.folder / f"{name}.key")

    def robot(self, number: int) -> Key:
        return find_robot_keys(self.folder, [number])[number]

    def unknown(self) -> Key:
        """As a robot's, by somebody who has heard the server's public key."""
        public, secret = zmq.curve_keypair()
        return Key("robot-0", "robot", public, secret, self["server"].public)
