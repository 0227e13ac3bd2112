"""Types of scenario values with their limits, and the form of a fault across keys."""

from typing import Annotated

from msgspec import Meta

Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]
AtLeastOne = Annotated[int, Meta(ge=1, le=1_000_000)]
Seconds = Annotated[float, Meta(gt=0, le=10_000_000)]
Share = Annotated[float, Meta(ge=0, le=1)]
Some = Annotated[float, Meta(gt=0, le=1)]
"""Share greater than 0."""
Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d\Z", description="a time of day like 08:30")]
Day = Annotated[str, Meta(pattern=r"^(\d{4}-\d\d-\d\d)?\Z", description="a day like 2010-12-01")]
Encoding = Annotated[str, Meta(pattern=r"^[\w.:-]*\Z", description="an encoding such as cp1252")]
Separator = Annotated[str, Meta(pattern=r"^([,;|]|tab)?\Z", description='"," or ";" or "tab"')]
NumberBy = Annotated[str, Meta(pattern=r"^(day)?\Z", description="nothing or `day`")]
Decimal = Annotated[str, Meta(pattern=r"^[.,]?\Z", description='"." or ","')]
DateForm = Annotated[str, Meta(description="a form such as %m/%d/%Y %H:%M, or epoch_s, epoch_ms, dayfirst, monthfirst")]
Hours = Annotated[
    tuple[Annotated[float, Meta(ge=0, le=100)], ...],
    Meta(min_length=24, max_length=24, description="24 numbers, one per hour"),
]
ScenarioFault = tuple[str, str, str]
"""Fault across keys: (place, fault, remedy)."""
