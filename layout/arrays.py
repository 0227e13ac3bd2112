"""Array types used everywhere, and the check of arrays that go to a kernel together."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple, TypeVar, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Numbers = NDArray[np.number]
"""Array of whole numbers or fractions."""

_Bundle = TypeVar("_Bundle", bound=tuple[object, ...])


class _Declared(NamedTuple):
    """An array of a bundle. shape: sizes and names of dimensions."""

    name: str
    dtype: np.dtype[np.generic]
    shape: tuple[str, ...]


def checked(bundle: _Bundle, **sizes: int) -> _Bundle:
    """Return a NamedTuple of arrays as it is, if each is what its class declares.

    Declared is as in `Annotated[NDArray[np.int32], "4, cells"]`. sizes: of dimensions, by name; the others are those of the
    first array that has them. ValueError for another dtype or shape, and for an array that is not contiguous: a kernel would be
    compiled again for it, or read beyond its end.
    """
    for declared in _declared(type(bundle)):
        array = getattr(bundle, declared.name)
        if not _fits(array, declared, sizes):
            wanted = ", ".join(f"{name}={sizes[name]}" if name in sizes else name for name in declared.shape)
            where = f"{type(bundle).__name__}.{declared.name}"
            raise ValueError(f"{where} is {_described(array)}, not {declared.dtype}[{wanted}], contiguous")
    return bundle


@cache
def _declared(bundle: type[tuple[object, ...]]) -> tuple[_Declared, ...]:
    return tuple(_declarations(bundle))


def _declarations(bundle: type[tuple[object, ...]]) -> Iterator[_Declared]:
    for name, hint in get_type_hints(bundle, include_extras=True).items():
        if metadata := getattr(hint, "__metadata__", ()):
            _, dtype = get_args(get_args(hint)[0])
            yield _Declared(name, np.dtype(get_args(dtype)[0]), tuple(metadata[0].split(", ")))


def _fits(array: object, declared: _Declared, sizes: dict[str, int]) -> bool:
    if not isinstance(array, np.ndarray) or array.dtype != declared.dtype or not array.flags.c_contiguous:
        return False
    if array.ndim != len(declared.shape):
        return False
    pairs = zip(declared.shape, array.shape, strict=True)
    return all(size == (int(name) if name.isdigit() else sizes.setdefault(name, size)) for name, size in pairs)


def _described(array: object) -> str:
    if not isinstance(array, np.ndarray):
        return f"a {type(array).__name__}"
    shape = ", ".join(map(str, array.shape))
    return f"{array.dtype}[{shape}]" if array.flags.c_contiguous else f"{array.dtype}[{shape}] with gaps"
