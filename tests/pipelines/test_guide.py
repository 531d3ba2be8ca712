"""What the portal says about itself is checked before it is published."""

import pytest

from pipelines.sources.guide import FIRST_PARAGRAPH_MAX, read_guide
from pipelines.sources.problems import BuildError
from portal.publication.guide import articles
from portal.publication.site import Site
from portal.publication.store import Store
from tests.synthetic import SyntheticProject

ARTICLE = """
[[articles]]
id = "synthetic"
title_zh = "合成{city}说明"
title_en = "Synthetic note on {city}"
text_zh = "合成：请拨 {hotline}。"
text_en = "Synthetic: call {hotline}."
links = [{ url = "tel:{hotline}", zh = "拨打", en = "Call" }]
asked_zh = ["合成的问法"]
asked_en = ["A synthetic way to ask"]
"""
SITE = Site(
    title="合成门户",
    title_en="Synthetic portal",
    city="合成市",
    city_en="Synthetic City",
    plan="synthetic-plan",
    plan_short="合成方案",
    plan_short_en="the synthetic plan",
    period_start="2021-01-01",
    period_end="2023-12-31",
    hotline="00000",
)


def test_the_words_of_the_city_stand_where_the_braces_were(project: SyntheticProject) -> None:
    (project.corpus / "guide.toml").write_text(ARTICLE, "utf-8")
    guide = read_guide(project.corpus, SITE, set())
    (row,) = guide.rows
    assert row["title_zh"] == "合成合成市说明"
    assert row["title_en"] == "Synthetic note on Synthetic City"
    assert row["text_en"] == "Synthetic: call 00000."
    assert row["links"] == "tel:00000"
    assert [q["text"] for q in guide.asked if q["language"] == "en"] == [
        "Synthetic note on Synthetic City",
        "A synthetic way to ask",
    ]


def test_a_city_without_a_guide_has_no_articles(project: SyntheticProject) -> None:
    assert read_guide(project.corpus, SITE, set()).rows == []


def test_an_article_on_a_dataset_the_city_does_not_have_is_left_out(project: SyntheticProject) -> None:
    (project.corpus / "guide.toml").write_text(ARTICLE.replace('id = "', 'needs = "synthetic-table"\nid = "'), "utf-8")
    assert read_guide(project.corpus, SITE, set()).rows == []
    assert len(read_guide(project.corpus, SITE, {"synthetic-table"}).rows) == 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{city}说明", "{mayor}说明", "花括号里的词只能是 title、city、plan、from、to、hotline"),
        ("合成：请拨", "合" * 121, "text_zh 的第一段有"),
        ("合成：请拨", "可以。合成：请拨", "text_zh 不能以“是”“不是”“可以”一类的话开头"),
        ("Synthetic: call", "Yes. Synthetic: call", "text_en 不能以“是”“不是”“可以”一类的话开头"),
        ("tel:{hotline}", "/data?dataset=nope", "链接 /data?dataset=nope 指向不存在的数据集"),
        ("tel:{hotline}", "javascript:alert(1)", "guide.toml"),
        ('id = "synthetic"', 'id = "Synthetic"', "guide.toml"),
    ],
)
def test_what_is_wrong_is_told_with_the_article_and_nothing_is_published(
    project: SyntheticProject, old: str, new: str, told: str
) -> None:
    (project.corpus / "guide.toml").write_text(ARTICLE.replace(old, new, 1), "utf-8")
    with pytest.raises(BuildError, match=r"guide\.toml") as error:
        read_guide(project.corpus, SITE, set())
    assert told in str(error.value)


def test_two_articles_of_one_id_are_told(project: SyntheticProject) -> None:
    (project.corpus / "guide.toml").write_text(ARTICLE * 2, "utf-8")
    with pytest.raises(BuildError, match="synthetic：有两篇短文用了这个编号"):
        read_guide(project.corpus, SITE, set())


def test_every_published_article_answers_in_its_first_paragraph_in_both_languages(store: Store) -> None:
    found = articles(store)
    assert {"what", "operator", "method", "statuses", "licence", "download", "privacy", "complain"} <= {
        a.id for a in found
    }
    for article in found:
        for language, most in FIRST_PARAGRAPH_MAX.items():
            assert 10 < len(article.paragraphs[language][0]) <= most
        assert all(words["zh"] and words["en"] for _, words in article.links)


def test_every_article_is_asked_for_in_both_languages_and_has_its_vectors(store: Store) -> None:
    asked = store.rows(
        "SELECT article, language, count(*) AS n, min(len(embedding)) AS d FROM guide_questions GROUP BY ALL"
    )
    assert {(a.id, k) for a in articles(store) for k in ("zh", "en")} == {(r["article"], r["language"]) for r in asked}
    assert all(r["n"] >= 2 and r["d"] == 384 for r in asked)
