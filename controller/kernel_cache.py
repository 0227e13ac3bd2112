"""Where compiled kernels are kept: one folder for each state of their sources.

Numba compiles a function anew when its own file changes, but not when a function that it calls does, in another file.
"""

import os
import shutil
from hashlib import blake2b
from pathlib import Path

_PACKAGE = Path(__file__).parent


def use_kernel_cache() -> None:
    """Have numba keep its files in a folder named by the sources of all kernels; those of older sources are removed."""
    if "NUMBA_CACHE_DIR" in os.environ:
        return
    sources = blake2b(digest_size=8)
    for path in sorted(_PACKAGE.rglob("*kernels.py")):
        sources.update(path.read_bytes())
    own = _PACKAGE / "__pycache__"
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "podfleet"
    folder = own if os.access(own if own.exists() else _PACKAGE, os.W_OK) else home
    here = folder / f"kernels-{sources.hexdigest()}"
    for old in folder.glob("kernels-*"):
        if old != here:
            shutil.rmtree(old, ignore_errors=True)
    os.environ["NUMBA_CACHE_DIR"] = str(here)
