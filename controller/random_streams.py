"""Random streams: every source of randomness in a run has its own stream, made from the run's seed and its name.

Two arms of an experiment on one seed then differ only by what was changed (common random numbers: A. M. Law, Simulation
Modeling and Analysis, 2015, section 11.2). A name is hashed, so that a new source shifts no other. Draws that belong to
a thing (an order line, a parcel, a supplier's next delivery) are made by that thing, so that they are the same in
whatever order things happen.
"""

from collections import Counter
from hashlib import blake2b

import numpy as np

Key = str | int
Keys = tuple[Key, ...]


class Streams:
    """Random streams of one run. path: names that precede those of these streams, for a part of the run."""

    def __init__(self, seed: int, *path: Key) -> None:
        self._seed, self._path = seed, path
        self._sequences: dict[str, np.random.Generator] = {}
        self._counts = Counter[Keys]()

    def part(self, name: str) -> "Streams":
        """Return separate streams for a part of the run."""
        return Streams(self._seed, *self._path, name)

    def sequence(self, source: str) -> np.random.Generator:
        """Return the stream of a source whose draws follow one another."""
        if source not in self._sequences:
            self._sequences[source] = self.of(source)
        return self._sequences[source]

    def of(self, source: str, *thing: Key) -> np.random.Generator:
        """Return a new generator for the draws of a source for one thing: the same draws each time."""
        name = repr((self._seed, *self._path, source, *thing))
        digest = blake2b(name.encode(), digest_size=16).digest()
        return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "little")))

    def next_of(self, source: str, *thing: Key) -> np.random.Generator:
        """Return a new generator for the first, second, … draws of a source for one thing."""
        times = self._counts[source, *thing]
        self._counts[source, *thing] += 1
        return self.of(source, *thing, times)
