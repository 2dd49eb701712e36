"""Profiles: the environments of the platform, as data, and which host is which."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from hookscope.bundled import resources
from hookscope.records.model import APIS, Profile
from hookscope.strict_table import StrictTable, TableError

CUSTOM = "custom"
LONGEST_ADDRESS = 2_000

_PORTS = {"http": 80, "https": 443}
_NAME = r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,20}\.?"
_ADDRESS = re.compile(
    rf"(?P<scheme>[A-Za-z]{{4,5}})://(?P<host>{_NAME}|\[[0-9A-Fa-f:.]{{2,45}}\])(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?)(?P<query>(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?\[\]-]*)?)"
)
_PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")


class BadBase(ValueError):
    """A base address cannot be used; the text says why, in one sentence."""


class Address(NamedTuple):
    """An absolute http or https address taken apart; scheme and host are in lower case, ``query`` has no ``?``."""

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def site(self) -> str:
        """The origin as people write it, without a default port."""
        return self.origin if self.port != _PORTS[self.scheme] else f"{self.scheme}://{self.host}"


def address_of(url: str) -> Address | None:
    """The address taken apart; ``None`` unless it is one that everybody reads the same way.

    That leaves out user names, fragments, backslashes, white space and whatever is not ASCII.
    """
    found = _ADDRESS.fullmatch(url) if len(url) <= LONGEST_ADDRESS else None
    scheme = found["scheme"].lower() if found else ""
    if found is None or scheme not in _PORTS:
        return None
    port = int(found["port"] or _PORTS[scheme])
    host = _host(found["host"])
    if not host or not 0 < port < 65_536:
        return None
    return Address(scheme, host, port, found["path"], found["query"][1:])


def origin(url: str) -> str:
    """Scheme, host and port, in lower case and with the port written out; ``""`` for what is no plain address."""
    address = address_of(url)
    return address.origin if address else ""


def is_loopback(url: str) -> bool:
    """Whether this is literally this computer: ``localhost``, 127.0.0.0/8 or ::1. No name is looked up."""
    address = address_of(url)
    if address is None:
        return False
    if address.host in {"localhost", "[::1]"}:
        return True
    try:
        return IPv4Address(address.host).is_loopback
    except AddressValueError:
        return False


def token_origins(profile: Profile) -> frozenset[str]:
    """The only origins that a token may be sent to."""
    return frozenset(map(origin, (*profile.apis.values(), profile.user_info))) - {""}


def custom_profile(base: str) -> Profile:
    """The profile of the user's own base address; raises ``BadBase``."""
    base = base.strip()
    address = address_of(base.rstrip("/"))
    problem = _base_problem(base, address)
    if problem or address is None:
        raise BadBase(problem)
    root = address.site + address.path
    return Profile(
        CUSTOM,
        f"Custom: {address.site.removeprefix('https://')}",
        MappingProxyType(dict.fromkeys(APIS, root)),
        (f"{address.site}/oauth2/token",),
        f"{address.site}/oauth2/user-info",
        is_custom=True,
    )


@cache
def load_profiles() -> Mapping[str, Profile]:
    """The profiles that come with the program, by id, production first; raises ``TableError``."""
    paths = sorted((resources() / "profiles").glob("*.toml"), key=lambda path: (path.stem != "production", path.stem))
    return MappingProxyType({path.stem: read_profile(path) for path in paths})


def read_profile(path: Path) -> Profile:
    """The profile in a file; raises ``TableError`` that names the file and the place in it."""
    try:
        table = StrictTable(tomllib.loads(path.read_text("utf-8")))
        profile = _profile(table, path.stem)
        table.finish()
    except ValueError as error:  # of TOML and UTF-8, too
        raise TableError(f"{path.name}: {error}") from None
    return profile


# --- addresses -------------------------------------------------------------------------------------------------------


def _host(host: str) -> str:
    """The host in lower case; ``""`` for a bad IPv6 address."""
    if not host.startswith("["):
        return host.lower()
    try:
        return f"[{IPv6Address(host[1:-1])}]"
    except AddressValueError:
        return ""


def _base_problem(base: str, address: Address | None) -> str:
    if not base:
        return "Enter the base address, such as https://api.example.com/platform."
    if address is None:
        return "This is not a plain address. Write one such as https://api.example.com/platform, without a user name."
    if address.query or "?" in base:
        return "A base address has no query. Leave out the ? and what follows it."
    if not _PLAIN_PATH.fullmatch(address.path):
        return "The path of the base address is not plain. Use letters, digits and - . _ ~ only."
    if address.scheme == "http" and not is_loopback(base):
        return "The token would go there unencrypted. Use https; http is only for this computer, such as http://127.0.0.1:8080."
    return ""


# --- files -----------------------------------------------------------------------------------------------------------


def _profile(table: StrictTable, id: str) -> Profile:
    inner = table.table("apis")
    apis = {name: _address(inner, name) for name in APIS}
    return Profile(
        id,
        table.filled("name"),
        MappingProxyType(apis),
        _addresses(table, "token_uris"),
        _address(table, "user_info"),
        _address(table, "audience"),
    )


def _address(table: StrictTable, key: str) -> str:
    return _checked(table.text(key), table.place(key))


def _addresses(table: StrictTable, key: str) -> tuple[str, ...]:
    addresses = table.texts(key)
    if not addresses:
        raise TableError(f"{table.place(key)} is empty.")
    for number, address in enumerate(addresses, 1):
        _checked(address, f"{table.place(key)}[{number}]")
    return addresses


def _checked(url: str, place: str) -> str:
    """The address, where it is https on the default port, and nothing but host and path."""
    address = address_of(url)
    if address is None or url != f"https://{address.host}{address.path}" or not _PLAIN_PATH.fullmatch(address.path):
        raise TableError(f"{place} must be a plain https address such as https://example.com/api, without a port.")
    return url
