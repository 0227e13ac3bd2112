"""`podfleet layout` from the command line."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import structs
from typer.testing import CliRunner

from controller.cli.files import layout
from controller.cli.files.layout import layout_app
from layout.drawing.generate import GeneratorParams
from layout.errors import InputError
from layout.formats.toml_format import load_floor
from tests.support.floor.tiny_site import as_toml

MAPS = Path(__file__).parents[4] / "maps"


def run(*words: str | Path) -> str:
    """Return the output of a command; its InputError is raised."""
    result = CliRunner().invoke(layout_app, [str(word) for word in words], env={"COLUMNS": "80"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_check_says_what_a_sound_floor_has() -> None:
    """One line: size, stations, places, chargers."""
    file = MAPS / "tiny.toml"
    assert run("check", file) == f"{file}: ok (11×12, 3 stations, 13 places, 1 charger)\n"


def test_check_refuses_a_floor_that_cannot_work(tmp_path: Path) -> None:
    """The error lists all faults, and nothing is reported as ok."""
    file = tmp_path / "a.toml"
    file.write_text('[floor]\ngrid = "..P"\n')
    with pytest.raises(InputError) as caught:
        run("check", file)
    assert [problem.what for problem in caught.value.problems] == ["has no pick station", "has no charger"]


def test_show_sums_up_and_draws_what_fits() -> None:
    """The tiny floor fits 80 columns, fc-1000 doesn't unless asked for."""
    tiny = run("show", MAPS / "tiny.toml")
    assert "tiny: 11×12, 3 stations, 13 places, 1 charger\n" in tiny
    assert "pick      1 station, queue lanes of 4 cells\n          pick-1\n" in tiny
    assert "sizing    9 robots by rule of thumb (8.6 a pick station), 11 pods at 85 % fill\n" in tiny
    assert "pack-1 (6 people)\n" in run("show", MAPS / "demo.toml")
    assert "#rK^rS^rB^##\n############\n" in tiny
    assert "P  storage place" in tiny.splitlines()[-3], "the legend of the drawing"
    assert "####" not in run("show", MAPS / "tiny.toml", "--no-grid")
    large = MAPS / "fc-1000.toml"
    assert "####" not in run("show", large)
    assert "####" in run("show", large, "--grid")


@pytest.mark.parametrize(("charge_w", "said"), [(20, True), (600, False)])
def test_check_and_show_say_when_chargers_cannot_keep_the_fleet(tmp_path: Path, charge_w: int, said: bool) -> None:
    """As with run and serve, five robots draw more standing still than a weak charger gives."""
    file, floor = tmp_path / "weak.toml", as_toml(str(MAPS / "tiny.toml"))
    robots = f"[robots]\ncount = 5\nbattery_wh = 20\ncharge_w = {charge_w}\n"
    file.write_text(f"[floor]\nfile = {floor}\n{robots}[run]\nticks = 36000\n")
    wanted = "5 robots draw 50 W standing still, and 1 charger gives 20 W; all batteries are empty after"
    assert (wanted in run("check", file)) == said
    assert (f"charging  this floor cannot keep its robots charged: {wanted}" in run("show", file)) == said


def test_check_and_show_say_that_a_battery_may_not_last_for_a_trip(tmp_path: Path) -> None:
    """As with run and serve: the longest trip there and back, and to a charger."""
    file, floor = tmp_path / "small.toml", as_toml(str(MAPS / "tiny.toml"))
    file.write_text(f"[floor]\nfile = {floor}\n[robots]\nbattery_wh = 3\n")
    wanted = "a battery of 3 Wh may not last for the longest trip and the way to a charger: they take up to 11 Wh"
    assert wanted in run("check", file)
    assert f"charging  {wanted}" in run("show", file)


def test_show_ascii_is_the_drawing_alone() -> None:
    """Piped output is the drawing as in the file."""
    text = (MAPS / "tiny.toml").read_text()
    assert run("show", MAPS / "tiny.toml", "--ascii") == text.split('"""\n')[1].split('"""')[0]


def test_generate_writes_a_floor_that_checks(tmp_path: Path) -> None:
    """Parameters go into the floor; a file that exists is kept unless forced."""
    out = tmp_path / "made.toml"
    words = ["generate", "--out", out, "--side", "north", "--side", "west", "--pick", "2", "--blocks", "3"]
    assert run(*words) == f"{out}: written (31×37, 4 stations, 330 places, 6 chargers)\n"
    assert load_floor(out).name == "made"
    run("check", out)
    with pytest.raises(InputError, match="exists already"):
        run(*words)
    run(*words, "--force")


def test_generate_has_the_generators_parameters_and_defaults() -> None:
    """No option is forgotten, and none has a default of its own."""
    options = inspect.signature(layout.generate).parameters
    for key, default in structs.asdict(GeneratorParams()).items():
        assert options["side" if key == "sides" else key].default == (None if key == "sides" else default)


def test_generate_tells_what_does_not_fit(tmp_path: Path) -> None:
    """A wish that can't be granted is an InputError that says what could be."""
    with pytest.raises(InputError, match=r"42 stations don't fit on south \(12 fit\)"):
        run("generate", "--out", tmp_path / "a.toml", "--pick", "40")


def test_convert_goes_both_ways(tmp_path: Path) -> None:
    """A layout becomes a map, and a map a layout of walls and aisles."""
    as_map, back = tmp_path / "tiny.map", tmp_path / "back.toml"
    run("convert", MAPS / "tiny.toml", as_map)
    assert as_map.read_text().startswith("type octile\nheight 11\nwidth 12\nmap\n@@@@@@@@@@@@\n@..........@\n")
    run("convert", as_map, back)
    assert run("show", back, "--ascii").startswith("############\n#..........#\n")


def test_convert_refuses_what_it_cannot_write(tmp_path: Path) -> None:
    """Another ending and a missing folder are reported."""
    with pytest.raises(InputError, match=r'can\'t write "\.png" files \(end it in \.toml, \.map or \.json\)'):
        run("convert", MAPS / "tiny.toml", tmp_path / "a.png")
    with pytest.raises(InputError, match="can't be written to: No such file or directory"):
        run("convert", MAPS / "tiny.toml", tmp_path / "none" / "a.map")


def test_the_commands_load_nothing_heavy_until_they_run() -> None:
    """Help has to be there at once."""
    code = "import sys, controller.cli.files.layout; print(sorted({'numpy', 'scipy', 'numba'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_edit_is_the_editor(tmp_path: Path) -> None:
    """The command hands its words to the editor, and its exit status back."""
    picture = tmp_path / "a.png"
    program = [sys.executable, "-c", "from controller.cli.app import main; main()", "layout", "edit"]
    words = [*program, str(MAPS / "tiny.toml"), "--picture", str(picture), "--size", "640x500"]
    subprocess.run(words, check=True)  # it takes the command's place, so not in this process
    assert picture.stat().st_size > 1000
    assert subprocess.run([*program, str(tmp_path / "no.toml")], stderr=subprocess.DEVNULL, check=False).returncode == 2
