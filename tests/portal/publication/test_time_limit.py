"""A query that takes longer than a visitor's may is stopped, and says what to do."""

import pytest

from portal.publication.store import Store
from portal.publication.time_limit import TooSlowError, limited

ENDLESS = "SELECT count(*) AS n FROM range(10000000) a, range(10000000) b WHERE a.range + b.range < 0"


def test_an_endless_query_is_interrupted_and_the_next_one_answered(city: Store) -> None:
    with limited(0.05):
        with pytest.raises(TooSlowError) as told:
            city.rows(ENDLESS)
        assert city.rows("SELECT 1 AS one") == [{"one": 1}]
    assert told.value.sentence.zh == "这次查询超过0.05秒，已停止。请减少搜索词或筛选条件，或下载整张表后在本地计算。"


def test_each_query_has_the_time_of_its_own_context(city: Store) -> None:
    with limited(0.02):
        with limited(None):
            assert city.rows("SELECT sum(range) AS n FROM range(30000000)") == [{"n": 449999985000000}]
        with pytest.raises(TooSlowError):
            city.rows(ENDLESS)
