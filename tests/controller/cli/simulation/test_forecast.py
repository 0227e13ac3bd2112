"""`podfleet forecast`: its table, its JSON, what it says of service, and its refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from controller.cli.simulation.forecast import forecast
from controller.forecasting.models import MODELS
from controller.forecasting.synthetic_demand import zipf_demand
from layout.errors import InputError
from tests.support.floor.tiny_site import FLOOR

app = typer.Typer()
app.command()(forecast)


def order_file(folder: Path, days: int = 57, skus: int = 40) -> Path:
    """A line a SKU and day, and what is sold follows the weekdays."""
    sold = zipf_demand(skus, 3.0 * skus).days(0, days, np.random.default_rng(1)).astype(int)
    rows = ["InvoiceNo,StockCode,Quantity,InvoiceDate"]
    for sku, day in zip(*np.nonzero(sold), strict=True):
        moment = np.datetime64("2024-01-01") + int(day)
        rows.append(f"{sku}-{day},s{sku:03},{sold[sku, day]},{moment} 12:00")
    path = folder / "orders.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.fixture
def floor(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(FLOOR)
    return path


def called(*words: object) -> Result:
    result = CliRunner().invoke(app, [*map(str, words)])
    if isinstance(result.exception, InputError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_the_table_has_every_model_of_every_class(floor: Path, tmp_path: Path) -> None:
    """One is chosen in each class, and seasonal naive is always there; what was judged goes to stderr."""
    result = called(floor, "--orders", order_file(tmp_path))
    lines = [line.split() for line in result.stdout.splitlines()]
    for name in "ABC":
        assert [line[1] for line in lines if line[:1] == [name]] == list(MODELS)
        assert sum(line[2] == "chosen" for line in lines if line[:1] == [name]) == 1
    assert "40 SKUs" in result.stderr
    assert "56 days from a Monday; models chosen on 3 × 7 days, judged on the 2 × 7 after" in result.stderr


def test_json_has_the_figures_and_the_service(floor: Path, tmp_path: Path) -> None:
    """Numbers or null, never nan."""
    result = called(floor, "--orders", order_file(tmp_path), "--models", "tsb,mean_week", "--rehearse", 15, "--json")
    found = json.loads(result.stdout, parse_constant=pytest.fail)
    assert {key: found[key] for key in ("skus", "days", "horizon")} == {"skus": 40, "days": 56, "horizon": 7}
    assert sum(found["patterns"].values()) == 40
    assert [row["skus"] for row in found["classes"]] == [4, 8, 28]
    for row, asked in zip(found["classes"], (0.98, 0.95, 0.90), strict=True):
        assert list(row["errors"]) == ["seasonal_naive", "tsb", "mean_week"]
        assert row["model"] in row["errors"]
        assert len(row["errors"]["tsb"]["pinball"]) == 4
        assert row["service"]["asked"] == asked
        assert 0.5 < row["service"]["cycle_service"] <= 1.0


def test_the_service_asked_for_and_measured_is_shown(floor: Path, tmp_path: Path) -> None:
    """A row a class, with the standard error."""
    result = called(floor, "--orders", order_file(tmp_path), "--models", "mean_week", "--rehearse", 20)
    _, _, table = result.stdout.partition("Service in 20 synthetic days")
    assert [line.split()[:3] for line in table.splitlines()[2:5]] == [
        ["A", "98.0", "%"],
        ["B", "95.0", "%"],
        ["C", "90.0", "%"],
    ]


def test_it_is_said_where_naive_isnt_beaten(floor: Path, tmp_path: Path) -> None:
    """With seasonal naive alone, no model can beat it."""
    result = called(floor, "--orders", order_file(tmp_path), "--models", "seasonal_naive")
    for name in "ABC":
        assert (
            f"{name}: no model was found that is better than seasonal naive on the days it was judged on"
            in result.stdout
        )
    assert "the file's last day may have only begun and is left out" in result.stderr


def test_too_few_days_are_told(floor: Path, tmp_path: Path) -> None:
    """An export of a week says how many it takes, and --weeks 4 is too few for two fortnights."""
    path = order_file(tmp_path, days=8)
    with pytest.raises(InputError, match=r"orders.csv: has 7 whole days of orders \(forecasts of 7 days take 35"):
        called(floor, "--orders", path)
    path = order_file(tmp_path)
    with pytest.raises(InputError, match=r"orders.csv: 28 days are too few \(forecasts of 14 days take 49"):
        called(floor, "--orders", path, "--weeks", 4, "--horizon", 14)


def test_unknown_models_are_told_with_those_there_are(floor: Path, tmp_path: Path) -> None:
    """All unknown names are reported at once."""
    with pytest.raises(InputError, match=r"--models: prophet, magic isn't known \(known are seasonal_naive, ses"):
        called(floor, "--orders", order_file(tmp_path), "--models", "tsb,prophet,magic")


def test_a_missing_file_is_told(floor: Path, tmp_path: Path) -> None:
    """It is reported as by every command."""
    with pytest.raises(InputError, match=r"none\.csv: can't be read: No such file or directory"):
        called(floor, "--orders", tmp_path / "none.csv")
