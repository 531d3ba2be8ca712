"""No answer leaves with a quote that is no span of its clause, a number without a source, or a citation it does not use."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.answering.knowledge import Knowledge
from portal.answering.models import Citation
from portal.answering.verify import Unverified, check_numbers, verify
from portal.answering.verify import _check_source_lines as verify_source_lines
from portal.publication.store import Store
from portal.retrieval.retriever import LazyEncoder
from portal.settings import Settings
from portal.texts.numbers import brief, number

PLAN = "synthetic-plan"
QUOTE = "合成设施达到200个"


@pytest.fixture(scope="module")
def knowledge(city: Store) -> Knowledge:
    """What is known of the synthetic city; words alone are looked at."""
    return Knowledge(city, LazyEncoder(Settings().embedding_model), Settings().dense_weight)


def citation(quote: str = QUOTE, clause: str = "1") -> Citation:
    return Citation(document=PLAN, clause=clause, title="合成目标", quote=quote, url="/policy")


def answer(quote: str = QUOTE) -> str:
    return f"目标是 **200个**。\n\n> {quote}\n>\n> ——合成目标（[1](/policy?clause=1&span=251-265)）"


def test_a_quoted_figure_passes(knowledge: Knowledge) -> None:
    verify(answer(), [citation()], [], [], knowledge)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        pytest.param(answer("合成设施达到201个"), citation("合成设施达到201个"), id="changed quote"),
        pytest.param(answer(), citation(clause="2.1"), id="quote of another clause"),
        pytest.param(answer(), citation(clause="9.9"), id="no such clause"),
        pytest.param("目标是 200个。", citation(), id="cited and not quoted"),
        pytest.param(answer() + "\n\n> 另一句没有引用的话", citation(), id="quoted and not cited"),
        pytest.param(answer() + "已建成 329 个。", citation(), id="number without a source"),
        pytest.param(answer(""), citation(""), id="empty quote"),
    ],
)
def test_what_the_evidence_does_not_hold_is_stopped(text: str, cited: Citation, knowledge: Knowledge) -> None:
    with pytest.raises(Unverified):
        verify(text, [cited], [], [], knowledge)


def test_every_true_span_passes_and_every_changed_digit_is_stopped(knowledge: Knowledge) -> None:
    clause = knowledge.clause("1")["text"].strip().rpartition("\n")[2]

    @given(st.data())
    def check(data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(clause) - 2))
        end = data.draw(st.integers(start + 1, len(clause)))
        span = clause[start:end].strip()
        if not span:
            return
        text = f"> {span}\n>\n> ——合成目标（1）"
        verify(text, [citation(span)], [], [], knowledge)
        digits = [m.start() for m in re.finditer(r"\d", span)]
        if digits:
            at = data.draw(st.sampled_from(digits))
            other = data.draw(st.sampled_from([d for d in "0123456789" if d != span[at]]))
            changed = span[:at] + other + span[at + 1 :]
            if changed not in clause:
                with pytest.raises(Unverified):
                    verify(text.replace(span, changed), [citation(changed)], [], [], knowledge)

    check()


@given(value=st.floats(0.01, 1e6), other=st.floats(0.01, 1e6))
@example(value=78.35, other=78.3)
@example(value=1.25, other=1.0)
def test_a_cell_may_be_rounded_as_it_is_written_and_nothing_else(value: float, other: float) -> None:
    for shown in (brief(value), brief(value, decimals=2), number(value)):
        check_numbers(f"公布值 {shown}", [], [{"value": value}], [])
    shown = brief(other, decimals=2)
    # A number is no rounding of what lies further from it than half of its last place (1 is one of 1.25).
    place = 10.0 ** -len(shown.partition(".")[2])
    if abs(float(shown.replace(",", "")) - value) > 0.51 * place:
        with pytest.raises(Unverified):
            check_numbers(f"公布值 {shown}", [], [{"value": value}], [])


@pytest.mark.parametrize("text", ["4.5万个", "45000个", "45,000个"])
def test_the_same_number_in_other_writing_is_the_same(text: str) -> None:
    check_numbers(text, ["新增停车泊位4.5万个"], [], [])


@pytest.mark.parametrize("clause", ["a1", "a2.3", "c1"])
def test_the_line_under_a_quotation_may_name_a_clause_of_an_annex_or_a_card(clause: str) -> None:
    said = f"> 合成\n>\n> ——合成附表（{clause}）"
    verify_source_lines(said, [citation("合成", clause).model_copy(update={"title": "合成附表"})])
    with pytest.raises(Unverified, match="does not cite it"):
        verify_source_lines(said, [citation("合成", "1")])
