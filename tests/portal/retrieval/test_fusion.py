import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from portal.retrieval.fusion import fuse, min_max

# Steps of 1/8 keep the arithmetic of the properties exact enough to compare orders.
_score = st.integers(-800, 800).map(lambda n: n / 8)
pairs = st.integers(1, 20).flatmap(
    lambda n: st.tuples(arrays(float, n, elements=_score), arrays(float, n, elements=_score))
)
weights = st.floats(0, 1)
_lead = st.integers(1, 800).map(lambda n: n / 8)


@given(pairs, weights)
def test_a_fused_score_lies_between_0_and_1(pair: tuple[np.ndarray, np.ndarray], weight: float) -> None:
    fused = fuse(*pair, weight)
    assert ((fused >= 0) & (fused <= 1 + 1e-12)).all()


@given(pairs, weights, st.floats(0.01, 100), st.floats(-100, 100))
def test_scale_and_offset_of_a_component_do_not_matter(
    pair: tuple[np.ndarray, np.ndarray], weight: float, scale: float, offset: float
) -> None:
    dense, lexical = pair
    expected = fuse(dense, lexical, weight)
    np.testing.assert_allclose(fuse(dense * scale + offset, lexical, weight), expected, atol=1e-9)
    np.testing.assert_allclose(fuse(dense, lexical * scale + offset, weight), expected, atol=1e-9)


@given(pairs, weights, _lead, _lead)
def test_a_text_better_in_both_is_better_fused(
    pair: tuple[np.ndarray, np.ndarray], weight: float, in_dense: float, in_lexical: float
) -> None:
    # One text more, ahead of the last in both.
    dense, lexical = (np.insert(c, 0, c[-1] + lead) for c, lead in zip(pair, (in_dense, in_lexical), strict=True))
    fused = fuse(dense, lexical, weight)
    assert fused[0] > fused[-1]


@given(pairs)
def test_the_whole_weight_leaves_one_ranking(pair: tuple[np.ndarray, np.ndarray]) -> None:
    dense, lexical = pair
    assert (fuse(dense, lexical, 1.0) == min_max(dense)).all()
    assert (fuse(dense, lexical, 0.0) == min_max(lexical)).all()


def test_seven_tenths_are_dense() -> None:
    fused = fuse(np.array([0.8, 0.9, 0.85]), np.array([4.0, 0.0, 0.0]))
    np.testing.assert_allclose(fused, [0.3, 0.7, 0.35])


def test_scores_that_do_not_differ_say_nothing() -> None:
    assert min_max(np.array([3.0, 3.0])).tolist() == [0, 0]
    assert min_max(np.array([])).tolist() == []


def test_a_weight_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"dense_weight 是 1\.5"):
        fuse(np.zeros(2), np.zeros(2), 1.5)


def test_components_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="数量不同"):
        fuse(np.zeros(2), np.zeros(1))
