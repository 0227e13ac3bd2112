"""All benchmarks, one after another: `python -m benchmarks` or `make bench`. Each runs by itself too."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    for script in sorted(HERE.glob("[a-z]*.py")):
        print(f"== {script.stem}", flush=True)
        subprocess.run([sys.executable, str(script)], cwd=HERE.parent, check=True)


if __name__ == "__main__":
    main()
