"""Measure pictures per second of `podfleet view --headless`, and its memory: demo, 1280 × 720 pixels.

    python benchmarks/window/films.py [RECORD]

Each file format is measured with the default layers, and with the camera following a robot over heat of flow. GIF and
MP4 need the extra `video`.
"""

import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

from visualizer.export.export import Reel, save_film
from visualizer.export.options import Shot
from visualizer.export.studio import Studio
from visualizer.scene.layers import Heat, Layers
from visualizer.scene.sources import RecordSource, floor_of

ROOT = Path(__file__).parents[2]
PODFLEET = [sys.executable, "-c", "from controller.cli.app import main; main()"]
PICTURES = 600
SHOTS = {
    "usual": Shot(),
    "follow, flow": Shot(follow="robot 3", select="robot 3", layers=Layers(heat=Heat.FLOW)),
}
FILES = {"frames-%05d.png": "", "run.gif": "PIL", "run.mp4": "av"}


def record_in(folder: Path) -> Path:
    """Record half an hour of demo; return the path."""
    path = folder / "demo.pfr"
    command = [*PODFLEET, "run", "maps/demo.toml", "--headless", "--ticks", "1800"]
    subprocess.run([*command, "--seed", "1", "--record", str(path)], cwd=ROOT, check=True, capture_output=True)
    return path


def resident_mb() -> float:
    """Return the memory of this process in MB; nan if the system doesn't report it."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(record: Path, shot: Shot, out: Path) -> str:
    """Return pictures per second, CPU ms per picture, MB of memory after a tenth of the film and at its end, and kB per
    second of film.
    """
    source = RecordSource(record)
    studio = Studio(source, floor_of(source.header, source.name), shot)
    reel = Reel(900, 900 + PICTURES * 4 // 30, 4.0, 30.0)
    resident: list[float] = []
    start, cpu = time.perf_counter(), time.process_time()
    save_film(studio, reel, out, lambda done, of: resident.append(resident_mb()) if done in (of // 10, of) else None)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    source.close()
    pictures = len(reel.positions(source.header.tick_s))
    size = sum(file.stat().st_size for file in out.parent.iterdir() if file.suffix == out.suffix)
    rate = f"{pictures / seconds:10.0f} {cpu / pictures * 1000:7.1f}"
    return f"{rate} {resident[0]:9.0f} {resident[1]:9.0f} {size / 1000 / pictures * 30:12.0f}"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        record = Path(sys.argv[1]) if len(sys.argv) > 1 else record_in(folder)
        print(
            f"{'file':>16} {'shot':>13} {'a second':>10} {'CPU ms':>7} {'MB begin':>9} {'MB end':>9} {'kB a second':>12}"
        )
        for file, needs in FILES.items():
            if needs and find_spec(needs) is None:
                print(f"{file:>16} skipped, {needs} isn't installed: pip install 'podfleet[video]'")
                continue
            for kind, shot in SHOTS.items():
                out = folder / kind.replace(", ", "-")
                out.mkdir(exist_ok=True)
                print(f"{file:>16} {kind:>13} {measure(record, shot, out / file)}", flush=True)


if __name__ == "__main__":
    main()
