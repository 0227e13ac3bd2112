"""The `podfleet` command line: one file a command."""

from layout.former_names import moved


def main() -> None:
    """Run the command line: the former name of controller.cli.app:main, kept for one release."""
    from controller.cli.app import main as run

    moved("controller.cli:main", "controller.cli.app:main")
    run()
