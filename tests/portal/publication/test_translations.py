"""A row says in English what people have translated, and the rest as it was published."""

from portal.plan.progress import value_text
from portal.publication.store import Store
from portal.publication.translations import phrases, with_english
from tests.synthetic import SyntheticProject


def test_a_translated_cell_has_its_english_beside_it() -> None:
    english = {"合成市": "Synthetic City", "个": ""}
    assert with_english([{"scope": "合成市", "unit": "个", "value": 4.0, "note": "合成说明"}], english) == [
        {"scope": "合成市", "unit": "个", "value": 4.0, "note": "合成说明", "scope_en": "Synthetic City", "unit_en": ""}
    ]


def test_a_version_without_translations_has_none(project: SyntheticProject) -> None:
    project.build()
    (folder,) = [p for p in (project.root / "published").iterdir() if p.is_dir()]
    assert phrases(Store(folder, project.settings)) == {}


def test_a_value_in_english_has_its_words_and_unit_once() -> None:
    plain = {"value": 14.1031, "value_text": "14.1031", "unit": "平方米", "unit_en": "m²"}
    assert value_text(plain, short=True, english=True) == "14.1 m²"
    assert value_text(plain, short=True) == "14.1平方米"
    words = {"value": 25_000.0, "value_text": "2.5万套", "unit": "套"}
    assert value_text(words | {"unit_en": "homes", "value_text_en": "25,000 homes"}, english=True) == "25,000 homes"
    counted = {"value": 32.0, "value_text": "32", "unit": "个", "unit_en": ""}
    assert value_text(counted, english=True) == "32"
    assert value_text({"value": 39.35, "value_text": "39.35", "unit": "%"}, english=True) == "39.35%"
    assert value_text({"value": 5.0, "value_text": "5", "unit": "合成单位"}, english=True) == "5合成单位"
