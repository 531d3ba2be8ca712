"""A client gets so much a minute; a million clients take no more memory than ten thousand."""

import pytest

from portal.traffic import clients
from portal.traffic.rates import TokenBuckets


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_worth_at_once_then_as_many_a_minute() -> None:
    clock = Clock()
    buckets = TokenBuckets(3, clock=clock)
    assert [buckets.take("a") for _ in range(4)] == [None, None, None, 20]
    clock.now = 19.9
    assert buckets.take("a") == 1
    clock.now = 20
    assert buckets.take("a") is None
    assert buckets.take("b") is None


@pytest.mark.slow
def test_a_million_addresses_are_not_all_remembered() -> None:
    buckets = TokenBuckets(1)
    for number in range(1_000_000):
        buckets.take(str(number))
    assert len(buckets) == 10_000
    assert buckets.take("999999") is not None


def test_an_ipv6_client_is_the_network_it_was_given() -> None:
    assert clients.key("2001:db8:1:2:3:4:5:6") == clients.key("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert clients.key("2001:db8:1:3::1") != clients.key("2001:db8:1:2::1")
    assert clients.key("::ffff:203.0.113.5") == clients.key("203.0.113.5") == "203.0.113.5"
    assert clients.key("fe80::1%eth0") == "fe80::/64"


def test_what_is_no_address_is_bounded_too() -> None:
    assert clients.key("x" * 10_000) == "x" * 64
    assert clients.key("") == ""
