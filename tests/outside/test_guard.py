"""Which addresses may be reached."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from botserver.outside.guard import Guard, is_public, parse_guard

PUBLIC = [
    "8.8.8.8", "1.1.1.1", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
    "223.255.255.255",
    "2606:4700:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
]  # fmt: skip
PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1",
    "127.255.255.254", "168.63.129.16", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.2.3",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::",
    "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip


@pytest.mark.parametrize("text", PUBLIC)
def test_address_of_everybody_may_be_reached(text: str) -> None:
    assert is_public(ip_address(text))
    assert Guard().permits("host", ip_address(text))


@pytest.mark.parametrize("text", PRIVATE)
def test_address_of_few_may_not(text: str) -> None:
    assert not is_public(ip_address(text))
    assert not Guard().permits("host", ip_address(text))


def test_operator_opens_networks_addresses_and_names() -> None:
    guard = parse_guard("10.1.0.0/16, 127.0.0.1, ::1, db.internal, localhost")
    for host, address, may in [
        ("x", "10.1.2.3", True), ("x", "10.2.0.1", False), ("x", "127.0.0.1", True), ("x", "127.0.0.2", False),
        ("x", "::1", True), ("x", "::ffff:10.1.0.1", True), ("x", "::ffff:10.2.0.1", False),
        ("DB.internal", "10.9.9.9", True), ("db.internal.", "10.9.9.9", True), ("xdb.internal", "10.9.9.9", False),
        ("localhost", "127.0.0.3", True), ("x", "169.254.169.254", False),
    ]:  # fmt: skip
        assert guard.permits(host, ip_address(address)) is may, (host, address)


@pytest.mark.parametrize("text", ["", "none", " , "])
def test_nothing_opens_nothing(text: str) -> None:
    assert str(parse_guard(text)) == "none"


@pytest.mark.parametrize("text", ["10.0.0.0/33", "10.0.0.1/8", "http://x", "a b", "10.0.0", "::1::", "host:80", "*"])
def test_what_is_no_network_or_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected networks"):
        parse_guard(text)
