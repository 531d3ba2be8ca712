"""A citation names author, title, version, date and checksum, in the form each style asks for."""

import datetime
from pathlib import Path

import pyarrow as pa

from portal.datasets import citation
from tests.portal.synthetic_store import described, publish

DATA = citation.Citable(
    id="synthetic-table",
    author="合成门户",
    author_en="Synthetic portal",
    title="合成表 100% & {更多}",
    title_en="Synthetic table",
    version="2026.01.02-abc",
    published=datetime.date(2026, 1, 2),
    sha256="f00d",
    url="http://portal.test/data?dataset=synthetic-table&version=2026.01.02-abc",
    accessed=datetime.date(2026, 3, 4),
)


def test_gbt7714_has_the_kind_the_dates_and_the_address() -> None:
    assert citation.gbt7714(DATA) == (
        "合成门户. 合成表 100% & {更多}: 版本 2026.01.02-abc[DS/OL]. (2026-01-02)[2026-03-04]. "
        "http://portal.test/data?dataset=synthetic-table&version=2026.01.02-abc. SHA-256: f00d."
    )


def test_apa_names_the_version_and_that_it_is_a_data_set() -> None:
    assert citation.apa(DATA) == (
        "Synthetic portal. (2026). Synthetic table (Version 2026.01.02-abc) [Data set; SHA-256 f00d]. "
        "http://portal.test/data?dataset=synthetic-table&version=2026.01.02-abc"
    )


def test_bibtex_is_an_entry_whose_special_characters_are_escaped() -> None:
    assert citation.bibtex(DATA) == (
        "@dataset{synthetic-table-2026-01-02-abc,\n"
        "  author = {{合成门户}},\n"
        "  title = {合成表 100\\% \\& \\{更多\\}},\n"
        "  year = {2026},\n"
        "  date = {2026-01-02},\n"
        "  version = {2026.01.02-abc},\n"
        "  note = {SHA-256 f00d},\n"
        "  url = {http://portal.test/data?dataset=synthetic-table&version=2026.01.02-abc},\n"
        "  urldate = {2026-03-04},\n"
        "}"
    )


def test_a_published_dataset_is_cited_with_its_own_files_checksum(tmp_path: Path) -> None:
    dataset = described([{"name": "id", "type": "string"}])
    store = publish(tmp_path, dataset, pa.table({"id": ["a"]}))
    (file,) = store.manifest.files
    cited = citation.gbt7714(citation.citable(store.manifest, dataset))
    assert cited == f"合成门户. 合成表: 版本 synthetic-1[DS]. (2026-01-02). SHA-256: {file.sha256}."
