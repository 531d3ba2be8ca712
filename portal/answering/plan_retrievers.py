"""The two retrievers over the plan's passages: by its own words, and by its English too."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from portal.retrieval.retriever import HybridRetriever, Passage, QueryEncoder
from portal.retrieval.stems import stemmed
from portal.retrieval.vector_stores import vectors_of
from portal.texts.folding import fold

if TYPE_CHECKING:
    from portal.answering.knowledge import Knowledge


def plan_retrievers(
    knowledge: "Knowledge", encoder: QueryEncoder, dense_weight: float
) -> tuple[HybridRetriever, HybridRetriever]:
    """Two over the plan's passages and vectors, so that other documents beside it change nothing.

    One compares words with the plan's own, their clause's title and what else people call it; the other also with the English of
    sentence and title, as stems.

    Args:
        knowledge: the version's rows, names and vocabulary.
        encoder: as for `HybridRetriever`.
        dense_weight: share of the embeddings in the fused score.
    """
    table = knowledge.store.table("passages")
    table = table.filter(pc.equal(table["document"], knowledge.site.plan))
    vectors = vectors_of(table)
    canonical = knowledge.vocabulary.canonical
    said = {(s["document"], s["clause"], s["sentence"]): s.get("text_en") or "" for s in knowledge.sentences}
    plain, bilingual = [], []
    for row in table.drop_columns(["embedding"]).to_pylist():
        key = row["document"], row["clause"]
        heading = canonical(f"{row['heading']} {knowledge.also_called(*key)}")
        passage = Passage(row["id"], canonical(row["text"]), heading, metadata=row)
        text, title = said[*key, row["sentence"]], knowledge.clauses[key].get("title_en") or ""
        plain.append(passage)
        bilingual.append(
            replace(
                passage,
                text=f"{passage.text} {stemmed(fold(text))}",
                heading=f"{passage.heading} {stemmed(fold(title))}",
            )
        )
    own, both = (
        HybridRetriever(passages=passages, embeddings=vectors, encoder=encoder, dense_weight=dense_weight)
        for passages in (plain, bilingual)
    )
    return own, both
