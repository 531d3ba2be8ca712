"""What harvesters are told of a dataset is what its description says, in the words of the EU's own lists."""

import hashlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from portal.datasets import dcat
from portal.publication.catalogue import Dataset
from tests.portal.synthetic_store import described, publish

BASE = "https://synthetic.test"
LISTS = "http://publications.europa.eu/resource/authority"


def told(tmp_path: Path, **described_as: Any) -> dict[str, Any]:
    entry: Dataset = described([{"name": "id", "type": "string"}], **described_as)
    return dcat.dataset(publish(tmp_path, entry, pa.table({"id": ["a"]})), entry, BASE)


@pytest.mark.parametrize(
    ("frequency", "word"),
    [
        ("实时", "CONT"),
        ("每日", "DAILY"),
        ("每周", "WEEKLY"),
        ("每月", "MONTHLY"),
        ("每季度", "QUARTERLY"),
        ("每年", "ANNUAL"),
        ("不定期", "IRREG"),
        ("不更新", "NEVER"),
    ],
)
def test_how_often_a_dataset_is_updated_is_a_word_of_the_list(tmp_path: Path, frequency: str, word: str) -> None:
    entry = told(tmp_path, update_frequency=frequency)
    assert entry["dct:accrualPeriodicity"] == {
        "@id": f"{LISTS}/frequency/{word}",
        "@type": "dct:Frequency",
    }


def test_a_frequency_the_list_does_not_know_is_left_out(tmp_path: Path) -> None:
    assert "dct:accrualPeriodicity" not in told(tmp_path, update_frequency="合成频率")


@pytest.mark.parametrize(
    ("openness", "word"), [("无条件开放", "PUBLIC"), ("有条件开放", "RESTRICTED"), ("不予开放", "NON_PUBLIC")]
)
def test_who_may_have_it_is_a_word_of_the_list(tmp_path: Path, openness: str, word: str) -> None:
    rights = told(tmp_path, openness=openness)["dct:accessRights"]
    assert rights == {"@id": f"{LISTS}/access-right/{word}", "@type": "dct:RightsStatement"}


def test_dates_and_the_checksum_are_those_of_the_publication(tmp_path: Path) -> None:
    entry = told(tmp_path, first_published="2026-01-01", updated="2026-01-02")
    assert entry["dct:issued"] == {"@value": "2026-01-01", "@type": "xsd:date"}
    assert entry["dct:modified"] == {"@value": "2026-01-02", "@type": "xsd:date"}
    (parquet,) = (d for d in entry["dcat:distribution"] if d["@id"].endswith(".parquet"))
    file = tmp_path / "synthetic-1" / "synthetic_table.parquet"
    assert parquet["dcat:byteSize"]["@value"] == str(file.stat().st_size)
    assert parquet["spdx:checksum"]["spdx:checksumValue"]["@value"] == hashlib.sha256(file.read_bytes()).hexdigest()
