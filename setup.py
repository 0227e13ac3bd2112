"""Packages of a distribution. All else is in pyproject.toml, which can find packages, but not add another folder to them."""

from setuptools import find_packages, setup

_FLAT = ("layout", "robots", "controller", "visualizer", "podfleet")
_MAPS = "layout.maps"
"""Where an installation has the files of maps/, so that it can show itself; layout/files/shipped.py looks there."""

setup(
    packages=[*find_packages(include=[pattern for name in _FLAT for pattern in (name, f"{name}.*")]), _MAPS],
    package_dir={_MAPS: "maps"},
)
