"""`portal datasets` and `portal export`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import portal.commands.common
from portal.publication.store import Store
from portal.settings import Settings


@pytest.fixture
def run(city_settings: Settings, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setattr(portal.commands.common, "settings", lambda: city_settings)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(portal.commands.app, arguments)

    return invoke


def test_the_table_names_every_dataset(run, city: Store) -> None:  # type: ignore[no-untyped-def]
    shown = run("datasets")
    assert shown.exit_code == 0
    for dataset in city.manifest.datasets:
        assert dataset.id in shown.stdout
    assert city.version in shown.stdout


def test_the_json_has_the_dictionary(run, city: Store) -> None:  # type: ignore[no-untyped-def]
    entries = {e["id"]: e for e in json.loads(run("datasets", "--json").stdout)}
    assert entries["districts"]["rows"] == 3
    assert [c["name"] for c in entries["districts"]["columns"]] == [c.name for c in city.dataset("districts").columns]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "json", "geojson"])
def test_a_dataset_is_written_in_every_format(run, tmp_path: Path, kind: str) -> None:  # type: ignore[no-untyped-def]
    target = tmp_path / f"places.{kind}"
    assert run("export", "places", "--format", kind, "-o", str(target)).exit_code == 0
    assert target.stat().st_size > 1000
    assert [p.name for p in tmp_path.iterdir()] == [target.name]


def test_the_format_follows_the_file_name(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("export", "indicators", "-o", str(tmp_path / "i.csv"), "--bom")
    assert (tmp_path / "i.csv").read_bytes().startswith(b"\xef\xbb\xbfid,family,")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nope", "-o", "x.csv"), "没有数据集“nope”。现有：background-figures、"),
        (
            ("indicators", "-o", "x.geojson"),
            "数据集 indicators 没有“geojson”格式。可用的格式：csv、xlsx、parquet、json、zip。",
        ),
        (("indicators", "-o", "no-such-folder/x.xlsx"), "no-such-folder/x.xlsx 写不了（"),
        (("indicators", "-o", "no-such-folder/x.csv"), "no-such-folder/x.csv 写不了（"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_exit_code_1(  # type: ignore[no-untyped-def]
    run, arguments: tuple[str, ...], sentence: str
) -> None:
    failed = run("export", *arguments)
    assert failed.exit_code == 1
    assert failed.stderr.startswith(sentence)


def test_without_a_publication_both_say_what_to_do(  # type: ignore[no-untyped-def]
    run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(portal.commands.common, "settings", lambda: Settings(published=tmp_path / "empty"))
    for arguments in (("datasets",), ("export", "indicators", "-o", "x.csv")):
        failed = run(*arguments)
        assert failed.exit_code == 1
        assert failed.stderr.endswith("里还没有发布版本。请先运行 portal build。\n")
