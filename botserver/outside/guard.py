"""Which addresses scripts may reach. A script, or whoever answers a DNS question, must not lead the server into its own
network: to its metadata service, its database, its neighbours.

The rule is asked of the address a connection is made to, never of a name. What IANA's registries of special purposes do
not list as reachable by everybody is private, and an address inside another one (mapped, NAT64) counts as that one. The
operator may open networks, or trust single names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_PRIVATE_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' NAT; the metadata of one cloud is in it
        "127.0.0.0/8",
        "168.63.129.16/32",  # one cloud's platform services, on an address that looks public
        "169.254.0.0/16",  # link-local, and most clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_PUBLIC_V6 = IPv6Network("2000::/3")
_PRIVATE_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # Teredo, ORCHID, benchmarks
        "2001:db8::/32",
        "2002::/16",  # 6to4: a tunnel to whatever IPv4 address stands in it
        "3fff::/20",
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Whether everybody may reach an address."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _PRIVATE_V4)
    inner = _inside(address)
    if inner is not None:
        return is_public(inner)
    return address in _PUBLIC_V6 and not any(address in network for network in _PRIVATE_V6)


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a mapped or translated one means."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None


class Guard:
    """What may be reached: everything public, and what the operator opened."""

    def __init__(self, networks: Iterable[Network] = (), names: Iterable[str] = ()) -> None:
        self._networks = tuple(networks)
        self._names = frozenset(name.lower() for name in names)

    def __str__(self) -> str:
        return ", ".join([*map(str, self._networks), *sorted(self._names)]) or "none"

    def permits(self, host: str, address: Address) -> bool:
        """Whether a connection to `address` may be made on behalf of the name, or literal address, `host`."""
        if is_public(address) or host.lower().rstrip(".") in self._names:
            return True
        candidates: list[Address] = [address]
        if isinstance(address, IPv6Address) and (inner := _inside(address)) is not None:
            candidates.append(inner)
        return any(each in network for network in self._networks for each in candidates)


def private_sentence(host: str) -> str:
    return f"{host} is in a private network, which this server does not let scripts reach"


def parse_guard(text: str) -> Guard:
    """A guard that opens networks, addresses and names, divided by commas: `10.1.0.0/16, 127.0.0.1, db.internal`.
    `none` and nothing open nothing. Raises ValueError."""
    networks: list[Network] = []
    names: list[str] = []
    for part in text.split(","):
        word = part.strip()
        if not word or word.lower() == "none":
            continue
        try:
            networks.append(ip_network(word))
        except ValueError:
            if "/" in word or ":" in word or not _is_name(word):
                raise ValueError(
                    "expected networks, addresses and names, such as 10.1.0.0/16, 127.0.0.1, db.internal"
                ) from None
            names.append(word.rstrip("."))
    return Guard(networks, names)


def _is_name(word: str) -> bool:
    labels = word.rstrip(".").split(".")
    return all(label and label.replace("-", "").replace("_", "").isalnum() for label in labels) and not all(
        label.isdecimal() for label in labels
    )


def addresses_of(texts: Sequence[str]) -> list[Address]:
    """What a resolver gave, each once, without the zone of link-local ones."""
    return list(dict.fromkeys(ip_address(text.partition("%")[0]) for text in texts))
