"""A published version on disk is what its manifest says, or a sentence says what is wrong with it."""

import os
from pathlib import Path

import pytest

from portal.publication.manifest import (
    CURRENT,
    MANIFEST,
    PublicationError,
    current_version,
    read_manifest,
    sha256,
    versions,
)
from tests.synthetic import SyntheticProject


@pytest.fixture
def folder(built: SyntheticProject) -> Path:
    version = current_version(built.settings.published)
    assert version is not None
    return built.settings.published / version


def test_a_whole_version_is_read(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest.version == folder.name
    assert {f.table for f in manifest.files} >= {"clauses", "indicators", "progress"}


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        (MANIFEST, None, "缺少 manifest.json。"),
        (MANIFEST, b"{", "的 manifest.json 已损坏。"),
        (MANIFEST, b"{}", "的 manifest.json 已损坏。"),
        ("clauses.parquet", None, "缺少文件 clauses.parquet。"),
        ("clauses.parquet", b"", "的文件 clauses.parquet 与清单的校验值不符，可能已损坏。"),
    ],
)
def test_what_is_missing_or_damaged_is_told_with_the_remedy(
    folder: Path, file: str, content: bytes | None, told: str
) -> None:
    (folder / file).unlink() if content is None else (folder / file).write_bytes(content)
    with pytest.raises(PublicationError) as raised:
        read_manifest(folder)
    message = str(raised.value)
    assert message.startswith(f"发布版本 {folder.name}")
    assert told in message
    assert message.endswith("请运行 portal build 重新发布。")


def test_one_byte_changed_is_noticed_though_the_size_is_the_same(folder: Path) -> None:
    path = folder / "indicators.parquet"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with pytest.raises(PublicationError, match=r"indicators\.parquet 与清单的校验值不符"):
        read_manifest(folder)


def test_sha256_is_of_the_files_bytes(tmp_path: Path) -> None:
    (tmp_path / "synthetic").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256(tmp_path / "synthetic") == expected


@pytest.mark.parametrize(
    ("content", "version"), [("2020.01.01-synthetic\n", "2020.01.01-synthetic"), ("\n", None), (None, None)]
)
def test_current_names_a_version_or_none(tmp_path: Path, content: str | None, version: str | None) -> None:
    if content is not None:
        (tmp_path / CURRENT).write_text(content, "utf-8")
    assert current_version(tmp_path) == version


def test_versions_are_listed_newest_first_and_unfinished_ones_left_out(tmp_path: Path) -> None:
    for age, name in enumerate(["b-newest", "a-older", "c-oldest", ".building-x"]):
        (tmp_path / name).mkdir()
        (tmp_path / name / MANIFEST).write_text("{}", "utf-8")
        os.utime(tmp_path / name / MANIFEST, ns=(0, 10**18 - age * 10**9))
    (tmp_path / "no-manifest").mkdir()
    assert versions(tmp_path) == ["b-newest", "a-older", "c-oldest"]
