"""What a request says about the portal's address is never published."""

from portal.traffic.own_address import own_address


def test_the_setting_is_the_truth() -> None:
    scope = {"scheme": "http", "server": ("127.0.0.1", 8501), "headers": [(b"host", b"evil.test")]}
    assert own_address(scope, "https://portal.test/") == "https://portal.test"


def test_without_it_the_address_the_machine_was_reached_at() -> None:
    assert own_address({"scheme": "http", "server": ("127.0.0.1", 8501)}, "") == "http://127.0.0.1:8501"
    assert own_address({"scheme": "http", "server": ("2001:db8::1", 80)}, "") == "http://[2001:db8::1]"
    assert own_address({"scheme": "https", "server": ("10.0.0.7", 443)}, "") == "https://10.0.0.7"
