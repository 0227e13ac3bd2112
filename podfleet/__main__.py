"""`python -m podfleet`: the same as the console script."""

from controller.cli.app import main

if __name__ == "__main__":
    main()
