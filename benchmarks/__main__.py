"""Run all benchmarks that need nothing but this project, one after another: `python -m benchmarks` or `make bench`.

Each one can also be run alone; its docstring lists further options, such as longer runs and your own files.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    for script in sorted(HERE.rglob("[a-z]*.py")):
        print(f"== {script.relative_to(HERE).with_suffix('')}", flush=True)
        subprocess.run([sys.executable, str(script)], cwd=HERE.parent, check=True)


if __name__ == "__main__":
    main()
