"""Who asks: the address a request came from, as one key for all limits."""

import ipaddress
from collections.abc import Iterable, Mapping

_IPV6_PREFIX = 64
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_FORWARDED = (b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via")


def networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """The networks of a comma-separated list of addresses and networks.

    Raises:
        ValueError: a part is neither.
    """
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def key(address: str) -> str:
    """What all requests of one client have in common: the address, of IPv6 the /64 a subscriber is given.

    What is no address (a local socket, a test's client) is a client of its own.
    """
    found = _parsed(address)
    if found is None:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, _IPV6_PREFIX), strict=False))
    return str(found)


def within(address: str, allowed: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    """Whether an address lies in one of the networks; what is no address does not."""
    found = _parsed(address)
    return found is not None and any(found in network for network in allowed)


def came_through_a_proxy(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request says that somebody passed it on, believed or not."""
    return any(name in _FORWARDED for name, _ in headers)


def address_of(scope: Mapping[str, object]) -> str:
    """The address an ASGI request came from; empty where there is none."""
    client = scope.get("client")
    return str(client[0]) if isinstance(client, tuple | list) and client else ""


def _parsed(address: str) -> _Address | None:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
