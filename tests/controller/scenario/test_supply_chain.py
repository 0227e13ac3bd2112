"""Limits of the supply chain's keys: values beyond them are reported, not tried."""

from pathlib import Path

import pytest

from controller.scenario.read import load_scenario
from layout.errors import InputError
from tests.support.floor.tiny_site import FLOOR

ABSURD = {
    "lane beyond the moon": ('[[lane]]\nname = "x"\ncenter_km = [1e30, 0.0]\n', "center_km"),
    "more vans than memory has room for": ("[last_mile]\ndiesel_vans = 1000000000\n", "diesel_vans"),
    "more drivers than a town has": ("[last_mile]\nflex = 10001\n", "flex"),
    "a history that takes minutes to judge": ("[inventory]\nhistory_days = 1001\n", "history_days"),
    "a time of day with a line's end": ('[promise]\nday_ends = "22:00\\n"\n', "day_ends"),
    "a name with a line's end": ('[[lane]]\nname = "city\\n"\n', "name"),
    "a day with a line's end": ('[orders]\nday = "2010-12-01\\n"\n', "day"),
    "a planner with a line's end": ('[policies]\nplanner = "pibt\\n"\n', "planner"),
}


@pytest.mark.parametrize(("text", "place"), ABSURD.values(), ids=ABSURD)
def test_what_no_house_has_is_told(tmp_path: Path, text: str, place: str) -> None:
    """Ways in sextillions of km make cents that no record can hold; a billion vans have a name each."""
    file = tmp_path / "absurd.toml"
    file.write_text(FLOOR + text)
    with pytest.raises(InputError) as caught:
        load_scenario(file)
    assert place in str(caught.value)
