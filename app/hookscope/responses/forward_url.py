"""The address requests are forwarded to: why one cannot be used, and where below it a request goes."""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from hookscope.deliveries.targets import from_path

_PORTS = {"http": 80, "https": 443}
_NOT_IN_URLS = re.compile(r"[^!-~]")
_NAME = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_PATH_END = re.compile(r"[?#]")


class HandlerAddress(NamedTuple):
    """A forward URL taken apart; ``authority`` is what ``Host`` says, ``path`` may be empty."""

    scheme: str
    host: str
    port: int
    authority: str
    path: str


def forward_problem(url: str, allowed_hosts: Collection[str] = ()) -> str:
    """Why requests cannot be forwarded to this URL, in one sentence; empty when they can.

    Requests stay on this computer, unless the user has allowed a host (its name or address, without a port).
    """
    return address_problem(url) or _host_problem(urlsplit(url).hostname or "", allowed_hosts)


def address_problem(url: str) -> str:
    """Why this is no URL to forward to, whatever its host; empty when it is one."""
    if not url:
        return "Enter the address of your handler, such as http://127.0.0.1:3000/hooks."
    if found := _NOT_IN_URLS.search(url):  # before it is taken apart, since urlsplit passes over line breaks
        return f"The forward address has {_named(found[0])}. Percent-encode it or take it out."
    parts = _split(url)
    if parts is None:
        return f"“{url[:80]}” is not an address. Write one such as http://127.0.0.1:3000/hooks."
    return _part_problem(url, parts)


def is_loopback(host: str) -> bool:
    """Whether this is literally this machine: ``localhost``, 127.0.0.0/8 or ::1. No name is looked up."""
    if host.lower() == "localhost":
        return True
    address = _address(host)
    return address.is_loopback if isinstance(address, IPv4Address) else address == IPv6Address(1)


def handler_address(url: str) -> HandlerAddress:
    """The parts of a URL in which ``address_problem`` finds no problem."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    authority = f"{shown}:{parts.port}" if parts.port else shown
    return HandlerAddress(parts.scheme, host, parts.port or _PORTS[parts.scheme], authority, parts.path)


def target_for(url: str, endpoint_path: str, raw_target: str) -> str:
    """The target a request has at the handler: the URL's path in place of the endpoint's, the rest to the byte.

    Segments of the endpoint's path are counted as ``endpoints.matching`` does, so it does not matter how the request
    encodes them. What has no path (``*``, ``host:port``) goes to the URL itself.
    """
    own = urlsplit(url).path
    raw = from_path(raw_target) or ""
    path = _PATH_END.split(raw, 1)[0]
    below = _below(path, endpoint_path.removesuffix("/").count("/"))
    return (own.removesuffix("/") + below if below else own or "/") + raw[len(path) :]


def _below(path: str, count: int) -> str:
    """What is left of a path without its first segments."""
    parts = path.split("/", count + 1)
    return f"/{parts[-1]}" if len(parts) == count + 2 else ""


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:  # brackets without an address between them
        return None


def _part_problem(url: str, parts: SplitResult) -> str:
    if parts.scheme not in _PORTS or not url[len(parts.scheme) :].startswith("://"):
        return "The forward address has to start with http:// or https://."
    if "@" in parts.netloc:
        return "The forward address has a user name or password, which would be stored readable. Take it out."
    if "#" in url:
        return "The forward address has a fragment (“#”), which is never sent. Take it out."
    if "?" in url:
        return "The forward address has a query (“?”). Take it out: each request brings its own."
    if not _is_host(parts):
        return "The forward address has no host. Write one such as http://127.0.0.1:3000/hooks."
    if not _has_good_port(parts):
        return "The port of the forward address is not a number from 1 to 65535."
    return ""


def _host_problem(host: str, allowed: Collection[str]) -> str:
    if is_loopback(host) or host in {each.lower() for each in allowed}:
        return ""
    return f"{host} is not this computer, and forwarding to it has not been allowed."


def _is_host(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if "[" in parts.netloc:
        return "%" not in host and isinstance(_address(host), IPv6Address)
    return bool(_NAME.fullmatch(host))


def _has_good_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _named(char: str) -> str:
    if char.isspace():
        return "a space or line break"
    return f"the character “{char}”" if char.isprintable() else "a control character"
