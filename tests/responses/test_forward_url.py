"""What can be forwarded to, and where below it a request goes; the rest of a target survives to the byte."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hookscope.endpoints.matching import segments
from hookscope.responses.forward_url import (
    HandlerAddress,
    address_problem,
    forward_problem,
    handler_address,
    is_loopback,
    target_for,
)

MINE = "http://127.0.0.1:3000/hooks"

GOOD = [
    MINE,
    "http://127.0.0.1",
    "HTTPS://LOCALHOST:1/",
    "https://localhost:65535/a/../b//c;d=%zz'()*",
    "http://127.255.1.2:/x",
    "http://[::1]:3000/a@b:c",
    "http://[0:0:0:0:0:0:0:1]",
]

BAD = {
    "": "Enter the address of your handler, such as http://127.0.0.1:3000/hooks.",
    "http://127.0.0.1/a b": "The forward address has a space or line break. Percent-encode it or take it out.",
    "http://127.0.0.1/\r\nX: y": "The forward address has a space or line break. Percent-encode it or take it out.",
    "http://127.0.0.1/\0": "The forward address has a control character. Percent-encode it or take it out.",
    "http://127.0.0.1/\x7f": "The forward address has a control character. Percent-encode it or take it out.",
    "http://127.0.0.1/ä": "The forward address has the character “ä”. Percent-encode it or take it out.",
    "http://[::1": "“http://[::1” is not an address. Write one such as http://127.0.0.1:3000/hooks.",
    "127.0.0.1:3000": "The forward address has to start with http:// or https://.",
    "localhost:3000/hooks": "The forward address has to start with http:// or https://.",
    "file:///etc/passwd": "The forward address has to start with http:// or https://.",
    "ftp://127.0.0.1": "The forward address has to start with http:// or https://.",
    "//127.0.0.1/": "The forward address has to start with http:// or https://.",
    "http:/127.0.0.1/": "The forward address has to start with http:// or https://.",
    "http:127.0.0.1": "The forward address has to start with http:// or https://.",
    "http://u:p@127.0.0.1/": (
        "The forward address has a user name or password, which would be stored readable. Take it out."
    ),
    "http://127.0.0.1@evil.example/": (
        "The forward address has a user name or password, which would be stored readable. Take it out."
    ),
    "http://127.0.0.1/#": "The forward address has a fragment (“#”), which is never sent. Take it out.",
    "http://127.0.0.1?a=1": "The forward address has a query (“?”). Take it out: each request brings its own.",
    "http://127.0.0.1/?": "The forward address has a query (“?”). Take it out: each request brings its own.",
    "http://127.0.0.1:0": "The port of the forward address is not a number from 1 to 65535.",
    "http://127.0.0.1:65536/": "The port of the forward address is not a number from 1 to 65535.",
    "http://127.0.0.1:-1/": "The port of the forward address is not a number from 1 to 65535.",
    "http://127.0.0.1:80a/": "The port of the forward address is not a number from 1 to 65535.",
    "http://127.0.0.1:+80/": "The port of the forward address is not a number from 1 to 65535.",
}

NO_HOST = [
    "http://",
    "http:///a",
    "http://:80",
    "http://a..b",
    "http://.",
    "http://a\\b/",
    "http://%31/",
    "http://a,b/",
    f"http://{'a' * 64}.example",
    f"http://{'a.' * 127}example",
    "http://[::1%25lo]/",
]

STRANGERS = {
    "https://Example.com:8443/x": "example.com",
    "http://10.0.0.1": "10.0.0.1",
    "http://128.0.0.1": "128.0.0.1",
    "http://0.0.0.0:3000": "0.0.0.0",
    "http://127.1": "127.1",  # the system's look-up would make 127.0.0.1 of these
    "http://2130706433": "2130706433",
    "http://0x7f.0.0.1": "0x7f.0.0.1",
    "http://127.0.0.1.": "127.0.0.1.",
    "http://127.0.0.1.nip.io": "127.0.0.1.nip.io",
    "http://localhost.": "localhost.",
    "http://x.localhost": "x.localhost",
    "http://localhost.evil.example": "localhost.evil.example",
    "http://[::]:80": "::",
    "http://[::2]": "::2",
    "http://[::ffff:127.0.0.1]": "::ffff:127.0.0.1",
}


@pytest.mark.parametrize("url", GOOD)
def test_what_can_be_forwarded_to(url: str) -> None:
    assert not forward_problem(url)


@pytest.mark.parametrize(("url", "sentence"), BAD.items())
def test_what_cannot(url: str, sentence: str) -> None:
    assert (forward_problem(url), address_problem(url)) == (sentence, sentence)


@pytest.mark.parametrize("url", NO_HOST)
def test_what_has_no_host(url: str) -> None:
    assert forward_problem(url, {"", "a\\b", "%31"}) in (
        "The forward address has no host. Write one such as http://127.0.0.1:3000/hooks.",
        f"“{url[:80]}” is not an address. Write one such as http://127.0.0.1:3000/hooks.",
    )


@pytest.mark.parametrize(("url", "host"), STRANGERS.items())
def test_another_computer_has_to_be_allowed(url: str, host: str) -> None:
    sentence = f"{host} is not this computer, and forwarding to it has not been allowed."
    assert not is_loopback(host)
    assert not address_problem(url)
    assert forward_problem(url) == forward_problem(url, {"other.example", f"{host}x", f"x.{host}"}) == sentence
    assert not forward_problem(url, {"other.example", host.upper()})


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.255.255.254", "::1", "0:0::1"])
def test_this_computer(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "127.0.0.01", "::1%lo", "[::1]", "127.0.0.1:80", " 127.0.0.1", "\u066127.0.0.1"])
def test_what_is_not_literally_this_computer(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        (MINE, HandlerAddress("http", "127.0.0.1", 3000, "127.0.0.1:3000", "/hooks")),
        ("HTTP://LocalHost", HandlerAddress("http", "localhost", 80, "localhost", "")),
        ("https://[::1]/", HandlerAddress("https", "::1", 443, "[::1]", "/")),
        ("https://[::1]:8443/a//", HandlerAddress("https", "::1", 8443, "[::1]:8443", "/a//")),
        ("http://127.0.0.1:/x", HandlerAddress("http", "127.0.0.1", 80, "127.0.0.1", "/x")),
    ],
)
def test_parts_of_an_address(url: str, parts: HandlerAddress) -> None:
    assert handler_address(url) == parts


TARGETS = [
    # path of the URL, path of the endpoint, target as it came, target at the handler
    ("/hooks", "/order-created", "/order-created/a%2Fb?x=%zz", "/hooks/a%2Fb?x=%zz"),
    ("/hooks", "/order-created", "/order-created?x", "/hooks?x"),
    ("/hooks", "/order-created", "/order-created", "/hooks"),
    ("/hooks", "/order-created", "/order-created/", "/hooks/"),
    ("/hooks", "/order-created", "/order-created//a/", "/hooks//a/"),
    ("/hooks", "/order-created/", "/order-created/a", "/hooks/a"),
    ("/hooks/", "/order-created", "/order-created", "/hooks/"),
    ("/hooks/", "/order-created", "/order-created/a", "/hooks/a"),
    ("/hooks/", "/order-created", "/order-created/", "/hooks/"),
    ("", "/order-created", "/order-created?x=/y?z#", "/?x=/y?z#"),
    ("", "/order-created", "/order-created/a", "/a"),
    ("/", "/order-created", "/order-created", "/"),
    # the catch-all, and an endpoint that takes every path
    ("/hooks", "", "/a/b?c", "/hooks/a/b?c"),
    ("/hooks", "", "/", "/hooks/"),
    ("/hooks", "/", "/a", "/hooks/a"),
    ("", "", "/a%2fB//?c?d", "/a%2fB//?c?d"),
    ("", "", "//a", "//a"),
    # segments that are encoded in another way, and any segment
    ("/hooks", "/größe", "/gr%C3%B6%C3%9Fe/x", "/hooks/x"),
    ("/hooks", "/gr%C3%B6%C3%9Fe", "/gr\xc3\xb6\xc3\x9fe/x", "/hooks/x"),
    ("/hooks", "/a%2Fb", "/%61%2fb/c", "/hooks/c"),
    ("/hooks", "/*/b", "/any%2Fthing/b/c?d", "/hooks/c?d"),
    ("/hooks", "/a//b", "/a//b/c", "/hooks/c"),
    # queries and fragments end a path
    ("/hooks", "/a", "/a?/b/c", "/hooks?/b/c"),
    ("/hooks", "/a", "/a#/b?c", "/hooks#/b?c"),
    ("/hooks", "/a", "/a?", "/hooks?"),
    # absolute form, and what has no path
    ("/hooks", "/a", "http://public.example:1/a/b%20?c", "/hooks/b%20?c"),
    ("/hooks", "", "HTTPS://public.example", "/hooks"),
    ("/hooks", "", "http://public.example?x=1", "/hooks?x=1"),
    ("/hooks", "", "*", "/hooks"),
    ("", "", "*", "/"),
    ("/hooks", "", "public.example:443", "/hooks"),
]


@pytest.mark.parametrize(("path", "endpoint", "target", "wanted"), TARGETS)
def test_target_at_the_handler(path: str, endpoint: str, target: str, wanted: str) -> None:
    assert target_for(f"http://127.0.0.1:3000{path}", endpoint, target) == wanted


BYTES = st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f")
SEGMENT = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f/?#"))
REST = st.one_of(st.just(""), st.text(BYTES).map(lambda text: f"?{text}"), st.text(BYTES).map(lambda text: f"/{text}"))


@given(
    st.sampled_from(["", "http://public.example", "https://h:1"]),
    st.lists(SEGMENT),
    REST,
)
@example("", ["", ""], "//?")
@example("http://public.example", [], "?//")
def test_the_rest_survives_to_the_byte(before: str, path: list[str], rest: str) -> None:
    taken = "".join(f"/{part}" for part in path)
    endpoint = f"{taken}/"  # one slash at the end does not count
    assert len(segments(endpoint)) == len(path)
    if not (before or path or rest.startswith("/")):
        return  # a target begins with a slash
    assert target_for(MINE, endpoint, before + taken + rest) == f"/hooks{rest}"


@given(st.text(BYTES))
def test_no_target_leaves_the_path_of_the_address(target: str) -> None:
    went = target_for(MINE, "/a", target)
    assert went.startswith("/hooks")
    assert went[len("/hooks") :][:1] in ("", "/", "?", "#")
