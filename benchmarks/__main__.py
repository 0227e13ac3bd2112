"""All benchmarks, one after another, as far as they need nothing but this project: `python -m benchmarks` or `make bench`.

Each runs by itself too; what it can do beyond that, with files of one's own or longer, stands at its head.
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
