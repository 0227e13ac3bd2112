"""Read a record into DataFrames of pandas or polars, whichever is installed.

podfleet run maps/demo.toml --headless --ticks 1800 --record demo.pfr
python examples/record_to_dataframes.py demo.pfr
"""

import sys

from podfleet import read_record


def main(path: str) -> dict[str, object]:
    """Print the size of each table, then units picked by station; return the tables."""
    with read_record(path) as record:
        names = [station.id for station in record.header.stations]
        tables = record.to_frames(every=60)
    for name, table in tables.items():
        print(f"{name:16} {table.shape[0]:>8,} rows × {table.shape[1]}")
    if "Picked" in tables:
        picked = tables["Picked"]
        for station in sorted(set(picked["station"])):
            print(
                f"{names[station]}: {picked['quantity'].to_numpy()[picked['station'].to_numpy() == station].sum()} units"
            )
    return tables


if __name__ == "__main__":
    main(sys.argv[1])
