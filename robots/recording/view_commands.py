"""Commands of viewers to a running floor, and how they are sealed with its token."""

from typing import Annotated

from msgspec import Meta, Struct, msgpack


class Command(Struct, frozen=True, tag=True):
    """Command of a viewer to a running floor."""


class Ready(Command, frozen=True, tag=True):
    """The window of a run is open and shows what comes. The run waits for it, so that nothing of it is missed."""


class Pause(Command, frozen=True, tag=True):
    pass


class Resume(Command, frozen=True, tag=True):
    pass


class Step(Command, frozen=True, tag=True):
    """One tick, then stand again."""


class Speed(Command, frozen=True, tag=True):
    ticks_per_s: Annotated[float, Meta(gt=0, le=1e6)]


class Quit(Command, frozen=True, tag=True):
    """The window was closed by the person before it. A window that crashed sends nothing."""


AnyCommand = Ready | Pause | Resume | Step | Speed | Quit


class Sealed(Struct, frozen=True):
    """A command with the floor's token."""

    token: str
    command: AnyCommand


encode_sealed = msgpack.Encoder().encode
decode_sealed = msgpack.Decoder(Sealed).decode
