"""Files that went wrong on their way: seeded changes of good ones, for readers that must neither crash nor hang."""

import random
import signal
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgpack

from controller.persistence.snapshot.graph import MARK
from controller.persistence.snapshot.sealed import seal, unseal
from layout.errors import InputError
from robots.recording.record_parts import packed_part

_LONGEST_MESSAGE = 1000
_NASTY = (
    b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"-1", b"0", b"1e999", b"-1e999", b"nan", b"1,2", b"1_0", b"99999999999999999999",
    b"9" * 5000, b"null", b"true", b"[]", b"{}", b"[" * 3000, b'""', b"\n", b"\r", b"\t", b"#", b"\xc3\xa9", b"\xd9\xa3",
    b"1.5", b"/dev/zero", b"..", b"a b", b"%s", b"= ", b"[[floor]]",
)  # fmt: skip


def mutated(good: bytes, seed: int) -> bytes:
    """Return a file with one to four changes: bytes and tokens replaced, pieces left out, doubled and exchanged."""
    chance = random.Random(seed)
    data = bytearray(good)
    for _ in range(chance.randint(1, 4)):
        begin = chance.randrange(len(data) + 1)
        end = min(len(data), begin + chance.choice((0, 1, 1, 2, 4, 8, 40)))
        piece = bytes(data[begin:end])
        match chance.randrange(6):
            case 0:
                data[begin:end] = chance.choice(_NASTY)
            case 1:
                data[begin:end] = b""
            case 2:
                data[begin:end] = piece * chance.choice((2, 3, 50))
            case 3:
                data[begin:end] = bytes(chance.randrange(256) for _ in piece)
            case 4:
                data[begin:end] = _token(chance, bytes(data))
            case _:
                _replace_token(chance, data)
    return bytes(data)


def _token(chance: random.Random, data: bytes) -> bytes:
    tokens = data.split()
    return chance.choice(tokens) if tokens else b"x"


def _replace_token(chance: random.Random, data: bytearray) -> None:
    """One of the file's numbers or words becomes another one, or a nasty one."""
    token = _token(chance, bytes(data))
    begin = data.find(token)
    if begin >= 0:
        data[begin : begin + len(token)] = chance.choice((*_NASTY, _token(chance, bytes(data))))


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """End what hangs by an exception. Systems without alarms wait for ever."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def ring(*_: object) -> None:
        raise TimeoutError(f"still busy after {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def checked_refusal(error: Exception) -> None:
    """Assert that a refusal has messages that one can read."""
    if isinstance(error, InputError):
        assert error.problems
        assert all(len(str(problem)) <= _LONGEST_MESSAGE for problem in error.problems)


_VALUES: tuple[object, ...] = (
    None, True, -1, 0, 1, 255, 2**31, 2**53, 2**63 - 1, 2**64 - 1, -(2**63), 0.5, -1.0, 1e308, float("inf"), float("nan"),
    "", "x" * 5000, "\x1b[2J\n", "=1+2", b"", b"\0" * 64, [], {}, [[]], {"a": 1}, [0] * 2000,
)  # fmt: skip


def mutated_structure(good: bytes, seed: int) -> bytes:
    """Return a msgpack value, well-formed, with one or two of its values replaced, left out, doubled or renamed."""
    chance = random.Random(seed)
    value = [msgpack.unpackb(good, strict_map_key=False)]
    for _ in range(chance.randint(1, 2)):
        _change(value, chance)
    packed: bytes = msgpack.packb(value[0] if value else None)
    return packed


def deflated(change: Callable[[bytes, int], bytes]) -> Callable[[bytes, int], bytes]:
    """Return a change of what is deflated in a file."""
    return lambda good, seed: zlib.compress(change(zlib.decompress(good), seed))


def signed(change: Callable[[bytes, int], bytes], mark: bytes = MARK) -> Callable[[bytes, int], bytes]:
    """Return a change of what a snapshot or another sealed thing holds, whose digest is right again."""

    def changed(good: bytes, seed: int) -> bytes:
        return seal(mark, change(unseal(mark, good), seed))

    return changed


def mutated_record(good: bytes, seed: int) -> bytes:
    """Return a record whose parts are whole and have right checksums, with a value in one of them changed: in a part itself, in
    its events, or in one of its columns.
    """
    chance = random.Random(seed)
    unpacker = msgpack.Unpacker()
    unpacker.feed(good)
    parts = [part for part in unpacker if isinstance(part, dict) and part["k"] != "index"]
    part = chance.choice(parts)
    match chance.randrange(3) if part["k"] == "chunk" else 2:
        case 0:
            part["events"] = zlib.compress(mutated_structure(zlib.decompress(part["events"]), seed))
        case 1:
            columns = chance.choice((part["robots"], part["stations"], part))
            name = chance.choice([name for name, column in columns.items() if isinstance(column, bytes)])
            if name != "planner_ms":
                column = bytearray(zlib.decompress(columns[name]))
                for _ in range(chance.randint(1, 4)):
                    if column:
                        column[chance.randrange(len(column))] = chance.choice((0, 1, 127, 128, 255))
                columns[name] = zlib.compress(bytes(column))
        case _:
            _change([part], chance)
    return b"".join(packed_part({key: value for key, value in part.items() if key != "crc"}) for part in parts)


def _change(value: Any, chance: random.Random) -> None:
    """Change something somewhere in a list or table."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = chance.choice(keys)
        inner = value[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.8:
            value = inner
            continue
        break
    match chance.randrange(6):
        case 0:
            del value[key]
        case 1 if isinstance(value, list):
            value.append(inner)
        case 1:
            value[chance.choice(keys)] = inner
        case 2 if isinstance(value, dict):
            value[chance.choice(("", "type", "x", key + "s" if isinstance(key, str) else 0))] = inner
        case _:
            value[key] = chance.choice(_VALUES)
