"""Files that went wrong on their way: seeded changes of good ones, for readers that must neither crash nor hang."""

import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from layout.errors import InputError

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


def is_refused(read: Callable[[], object], seconds: int = 120) -> bool:
    """Whether a reader refuses a file by an InputError; anything else that it raises is a fault of the reader's."""
    with at_most(seconds):
        try:
            read()
        except InputError as error:
            problems = error.problems
        else:
            return False
    assert problems
    assert all(len(str(problem)) <= _LONGEST_MESSAGE for problem in problems)
    return True
