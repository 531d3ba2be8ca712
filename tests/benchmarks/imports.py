"""Imports of large files by the commands people run: how long each takes, and the most memory it holds. Every file is synthetic."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.benchmarks import large_files
from tests.benchmarks.measuring import PORTAL, Measured
from tests.synthetic import SyntheticProject

NODES = 1_000_000
CSV_ROWS = 2_000_000
# Some 100 MB, packed as lightly as most programs do.
WORKBOOK_ROWS = 950_000
MAP_S, MEMORY_MB = 90, 1_000
_FIGURES = ("--scope", "合成市", "--kind", "actual")
_PLACES = ("--kind", "car_park", "--crs", "wgs84")


def measure(environment: Mapping[str, str]) -> Iterator[Measured]:
    """The base map and places of an extract, then lists of places and figures as a workbook and as CSV.

    Args:
        environment: not needed: the city is made up here.
    """
    del environment
    with tempfile.TemporaryDirectory(prefix="portal-bench-imports-") as name:
        folder = Path(name)
        yield from of_extract(folder / "extract")
        yield from of_workbooks(folder / "workbooks")
        yield from of_csv(folder / "csv")


def of_extract(folder: Path) -> Iterator[Measured]:
    """The base map, parks and bus stops of an extract of a million nodes."""
    project = large_files.large_city(folder / "city")
    file = large_files.extract(folder / "synthetic.osm.pbf", NODES)
    yield from imported(project, f"{NODES:,} 个节点的合成底图 import-map", ["import-map", str(file)], MAP_S)
    yield from imported(project, "同一份里的公园和公交站 import-places", ["import-places", str(file)], None)
    file.unlink()


def of_workbooks(folder: Path) -> Iterator[Measured]:
    """Two workbooks: a list of places of some 100 MB, read as places and as a new dataset, and a table of figures as long as a sheet."""
    project = large_files.large_city(folder / "city")
    places = large_files.workbook(folder / "synthetic-places.xlsx", large_files.rows_of_places(WORKBOOK_ROWS))
    size = f"{places.stat().st_size / 1e6:.0f} MB 合成 .xlsx"
    yield from imported(project, f"{size} import-places", ["import-places", str(places), *_PLACES], None)
    yield from imported(project, f"{size} new-dataset", ["new-dataset", str(places), "--id", "synthetic-list"], None)
    places.unlink()
    figures = large_files.workbook(folder / "synthetic-figures.xlsx", large_files.rows_of_figures(WORKBOOK_ROWS))
    size = f"{figures.stat().st_size / 1e6:.0f} MB 合成 .xlsx"
    yield from imported(project, f"{size} import-figures", ["import-figures", str(figures), *_FIGURES], None)
    figures.unlink()


def of_csv(folder: Path) -> Iterator[Measured]:
    """Two CSV files of two million rows."""
    project = large_files.large_city(folder / "city")
    size = f"{CSV_ROWS:,} 行合成 CSV"
    places = large_files.csv_file(folder / "synthetic-places.csv", large_files.rows_of_places(CSV_ROWS))
    yield from imported(project, f"{size} import-places", ["import-places", str(places), *_PLACES], None)
    yield from imported(project, f"{size} new-dataset", ["new-dataset", str(places), "--id", "synthetic-list"], None)
    places.unlink()
    figures = large_files.csv_file(folder / "synthetic-figures.csv", large_files.rows_of_figures(CSV_ROWS))
    yield from imported(project, f"{size} import-figures", ["import-figures", str(figures), *_FIGURES], None)


def imported(project: SyntheticProject, what: str, command: Sequence[str], seconds: float | None) -> Iterator[Measured]:
    """Run a command of the portal in a process of its own; its seconds and the most memory it held.

    Args:
        project: where the datasets are.
        what: of the lines.
        command: what follows `portal`.
        seconds: the most it may take, where there is a target.
    Raises:
        RuntimeError: the command failed.
    """
    own = project.settings
    settings = {"PORTAL_CORPUS": str(own.corpus), "PORTAL_DATASETS": str(own.datasets)}
    settings |= {"PORTAL_PUBLISHED": str(own.published), "PORTAL_VAR": str(own.var)}
    with tempfile.TemporaryFile("w+") as told:
        start = time.perf_counter()
        process = subprocess.Popen([*PORTAL, *command], env=os.environ | settings, stdout=told, stderr=told)
        _, status, used = os.wait4(process.pid, 0)
        took = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            told.seek(0)
            raise RuntimeError(f"{what}: {told.read()[-2000:]}")
    yield Measured(f"{what}：时间", took, seconds, "s")
    yield Measured(f"{what}：处理器时间", used.ru_utime + used.ru_stime, None, "s")
    # Linux counts it in units of 1,024 bytes.
    yield Measured(f"{what}：最多用的内存", used.ru_maxrss * 1024 / 1e6, MEMORY_MB, "MB")
