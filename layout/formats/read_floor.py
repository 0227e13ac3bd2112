"""Read a floor from a file of any format."""

from pathlib import Path

from layout.floor import Floor


def read_floor(file: Path) -> Floor:
    """Return the floor of a layout, a MovingAI .map or a League .json, by the file's ending. Raises InputError with all
    its faults.
    """
    if file.suffix == ".map":
        from layout.formats.movingai import read_map

        return read_map(file)
    if file.suffix == ".json":
        from layout.formats.lorr import read_problem

        return read_problem(file).floor
    from layout.formats.toml_format import load_floor

    return load_floor(file)
