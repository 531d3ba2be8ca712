"""A copy of the real districts, places and sources for the tests of imports."""

import csv
import shutil
from pathlib import Path

from portal.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[3]
TABLES = ("places", "sources", "districts")
# Well inside one district, 250 m from no place of the real data.
LON, LAT, DISTRICT = 112.48, 34.61, "410311"


def city_of(folder: Path) -> Settings:
    """The copy, in a folder of its own."""
    for name in TABLES:
        shutil.copytree(CHECKOUT / "datasets" / name, folder / "datasets" / name)
    return Settings(
        corpus=CHECKOUT / "corpus", datasets=folder / "datasets", published=folder / "published", var=folder
    )


def places_of(city: Settings) -> dict[str, dict[str, str]]:
    """The rows of places by id."""
    with (city.datasets / "places" / "data.csv").open(encoding="utf-8", newline="") as file:
        return {r["id"]: r for r in csv.DictReader(file)}
