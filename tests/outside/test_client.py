"""The client against a server on a real port: limits, redirects, failures, and where connections go."""

from __future__ import annotations

import asyncio
import gzip
import os
import ssl
import zlib
from collections.abc import AsyncIterator, Sequence

import pytest

from botserver import limits
from botserver.outside import client as client_module
from botserver.outside import network as network_module
from botserver.outside.client import PooledClient
from botserver.outside.guard import parse_guard
from botserver.outside.http import HttpError, HttpRequest, HttpResponse
from tests.outside.double import CERTIFICATE, Asked, Held, HttpDouble, raw, redirect, reply

KEY = {"idempotency-key": "s/1/1"}


class Names:
    """A resolver as scripted: by name what it answers, one answer after another, the last for ever."""

    def __init__(self, **answers: list[Sequence[str]]) -> None:
        self.answers = {name.replace("_", "."): list(given) for name, given in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        if host not in self.answers:
            if host.replace(".", "").isdecimal() or ":" in host:
                return [host]
            raise OSError("no such name")
        given = self.answers[host]
        return given.pop(0) if len(given) > 1 else given[0]


@pytest.fixture
async def double() -> AsyncIterator[HttpDouble]:
    async with HttpDouble() as double:
        yield double


@pytest.fixture
def names() -> Names:
    return Names(api_test=[["127.0.0.1"]], other_test=[["127.0.0.1"]])


@pytest.fixture
async def client(names: Names) -> AsyncIterator[PooledClient]:
    client = PooledClient(parse_guard("127.0.0.1"), resolve=names)
    yield client
    await client.close()


async def send(
    client: PooledClient, url: str, method: str = "GET", body: bytes = b"", timeout_s: float = 20.0, **own: str
) -> HttpResponse:
    headers = {**KEY, **({"content-type": "text/plain"} if body else {})}
    own_headers = {name.replace("_", "-"): value for name, value in own.items()}
    return await client.send(HttpRequest(method, url, headers, own_headers, body), "bot", timeout_s)


async def refused(client: PooledClient, url: str, **more: str) -> int:
    with pytest.raises(HttpError) as error:
        await send(client, url, **more)  # type: ignore[arg-type]  # headers
    return error.value.number


# --- requests and answers


async def test_request_arrives_as_it_was_made(client: PooledClient, double: HttpDouble) -> None:
    double.answers["/a%20b"] = reply({"n": 1}, x_more="yes")
    response = await send(client, double.url("/a b?q=ü#part"), "POST", b"body", accept="text/x")
    assert (response.status, response.body, response.headers["x-more"]) == (200, b'{"n": 1}', "yes")
    (asked,) = double.asked
    assert (asked.method, asked.path, asked.body) == ("POST", "/a%20b?q=%C3%BC", b"body")
    assert asked.headers["accept"] == "text/x"
    assert asked.headers["host"] == f"127.0.0.1:{double.port}"


async def test_connection_is_kept_for_the_next_request(client: PooledClient, double: HttpDouble) -> None:
    double.answers["/"] = reply(b"x")
    for _ in range(5):
        await send(client, double.url())
    assert double.connections == 1


async def test_connection_the_server_closed_meanwhile_is_not_used_again(
    client: PooledClient, double: HttpDouble
) -> None:
    double.answers["/"] = raw(b"HTTP/1.1 200 X\r\ncontent-length: 1\r\n\r\nx")
    for _ in range(3):
        assert (await send(client, double.url(), "POST", b"b")).body == b"x"
        await asyncio.sleep(0.01)  # the end of the connection arrives
    assert len(double.asked) == 3


async def test_user_and_password_of_a_url_become_a_header(client: PooledClient, double: HttpDouble) -> None:
    double.answers["/"] = reply(b"x")
    await send(client, f"http://ann:p%40ss@127.0.0.1:{double.port}/")
    assert double.asked[0].headers["authorization"] == "Basic YW5uOnBAc3M="


@pytest.mark.parametrize(
    "url",
    ["", "x", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http:///x", "http://a b/", "http://a%41/", "http://h:0/",
     "http://h:99999/", "http://h:x/", "http://[::1", "gopher://h/", "http://h\\@x/", "//h/", "http://" + "a" * 8_000],
)  # fmt: skip
async def test_what_is_no_url_is_refused(client: PooledClient, names: Names, url: str) -> None:
    assert await refused(client, url) in (4002, 1002)
    assert "127.0.0.1" not in names.asked


async def test_packed_answer_is_unpacked(client: PooledClient, double: HttpDouble) -> None:
    double.answers["/gzip"] = reply(gzip.compress(b"text" * 1000), content_encoding="gzip")
    double.answers["/deflate"] = reply(zlib.compress(b"text"), content_encoding="deflate")
    assert (await send(client, double.url("/gzip"))).body == b"text" * 1000
    assert (await send(client, double.url("/deflate"))).body == b"text"


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        (reply(gzip.compress(b"text" * 100)[:-20], content_encoding="gzip"), 1502),
        (reply(b"no gzip at all", content_encoding="gzip"), 1502),
        (reply(gzip.compress(b"one") + gzip.compress(b"two"), content_encoding="gzip"), 1502),
        (reply(b"x", content_encoding="br"), 1502),
        (raw(b"SSH-2.0-x\r\n\r\n"), 1502),
        (raw(b"HTTP/1.1 200 X\r\ncontent-length: 10\r\n\r\nhalf"), 1502),
        (raw(b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"), 1502),
        (raw(b"HTTP/1.1 200 X\r\nx: " + b"y" * 200_000 + b"\r\n\r\n"), 1502),
        (raw(b""), 1003),
    ],
)  # fmt: skip
async def test_answer_that_is_none_is_an_error(
    client: PooledClient, double: HttpDouble, answer: object, number: int
) -> None:
    double.answers["/"] = answer  # type: ignore[assignment]  # an answer
    assert await refused(client, double.url()) == number
    double.answers["/"] = reply(b"well")
    assert (await send(client, double.url())).body == b"well"


# --- limits


async def test_answer_at_the_limit_is_taken_and_one_byte_more_is_not(client: PooledClient, double: HttpDouble) -> None:
    double.answers["/at"] = reply(b"x" * limits.HTTP_RESPONSE_BYTES)
    double.answers["/past"] = reply(b"x" * (limits.HTTP_RESPONSE_BYTES + 1))
    assert len((await send(client, double.url("/at"))).body) == limits.HTTP_RESPONSE_BYTES
    assert await refused(client, double.url("/past")) == 9013


async def test_endless_answer_ends_when_it_is_too_large(client: PooledClient, double: HttpDouble) -> None:
    sent = 0

    async def endless(asked: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 X\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            sent += 65_536
            await writer.drain()

    double.answers["/"] = endless
    assert await refused(client, double.url()) == 9013
    await asyncio.wait_for(double.gone.wait(), 10)
    assert sent < 20 * limits.HTTP_RESPONSE_BYTES  # buffers of the system, not of ours


@pytest.mark.parametrize(
    ("head", "piece"),
    [(b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n", b"1\r\na\r\n"), (b"", b"HTTP/1.1 100 X\r\n\r\n")],
    ids=["chunks of a byte", "interim answers"],
)
async def test_answer_that_only_keeps_us_busy_ends(
    client: PooledClient, double: HttpDouble, monkeypatch: pytest.MonkeyPatch, head: bytes, piece: bytes
) -> None:
    monkeypatch.setattr(network_module, "HTTP_WIRE_BYTES", 100_000)

    async def endless(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece * 1_000)
            await writer.drain()

    double.answers["/"] = endless
    assert await refused(client, double.url()) == 9013
    await asyncio.wait_for(double.gone.wait(), 10)


async def test_chunks_up_to_the_limit_are_taken(
    client: PooledClient, double: HttpDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "HTTP_CHUNKS", 100)
    head = b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n"
    double.answers["/at"] = raw(head + b"1\r\na\r\n" * 100 + b"0\r\n\r\n")
    double.answers["/past"] = raw(head + b"1\r\na\r\n" * 101 + b"0\r\n\r\n")
    assert (await send(client, double.url("/at"))).body == b"a" * 100
    assert await refused(client, double.url("/past")) == 9013


async def test_connection_that_is_kept_is_measured_for_each_answer(
    client: PooledClient, double: HttpDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_module, "HTTP_WIRE_BYTES", 1_000)
    double.answers["/"] = reply(b"x" * 800)
    for _ in range(3):
        assert len((await send(client, double.url())).body) == 800
    double.answers["/"] = reply(b"x" * 1_000)
    assert await refused(client, double.url()) == 9013


async def test_small_answer_that_unpacks_to_a_huge_one_ends_at_the_limit(
    client: PooledClient, double: HttpDouble
) -> None:
    bomb = gzip.compress(b"\0" * (64 * limits.MIB))
    assert len(bomb) < 100_000
    double.answers["/"] = reply(bomb, content_encoding="gzip")
    assert await refused(client, double.url()) == 9013


async def test_all_answers_together_have_a_limit(
    client: PooledClient, double: HttpDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "HTTP_BUFFERED_BYTES", 100_000)
    held = Held(raw(b"x" * 10_000))
    head = raw(b"HTTP/1.1 200 X\r\ncontent-length: 70000\r\n\r\n" + b"x" * 60_000, then_close=False)

    async def slow(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await head(asked, writer)
        await held(asked, writer)

    double.answers["/slow"], double.answers["/"] = slow, reply(b"x" * 60_000)
    first = asyncio.create_task(send(client, double.url("/slow")))
    await held.came.wait()
    while client._buffered < 60_000:
        await asyncio.sleep(0.001)
    assert await refused(client, double.url()) == 1503
    held.go.set()
    assert len((await first).body) == 70_000
    assert (await send(client, double.url())).status == 200


@pytest.mark.parametrize("place", ["before", "headers", "body", "drip"])
async def test_answer_that_takes_too_long_is_given_up(client: PooledClient, double: HttpDouble, place: str) -> None:
    never = asyncio.Event()

    async def slow(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if place != "before":
            writer.write(b"HTTP/1.1 200 X\r\n")
        if place in ("body", "drip"):
            writer.write(b"content-length: 100000\r\n\r\nx")
        while place == "drip":
            writer.write(b"x")
            await asyncio.sleep(0.01)
        await never.wait()

    double.answers["/"] = slow
    with pytest.raises(HttpError, match=r"127.0.0.1 did not answer within 0\.2 seconds") as error:
        await send(client, double.url(), timeout_s=0.2)
    assert error.value.number == 1001
    await asyncio.wait_for(double.gone.wait(), 10)


async def test_redirects_share_the_time_of_one_call(client: PooledClient, double: HttpDouble) -> None:
    async def slow(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        await redirect("/")(asked, writer)

    double.answers["/"] = slow
    with pytest.raises(HttpError) as error:
        await send(client, double.url(), timeout_s=0.4)
    assert error.value.number == 1001
    assert len(double.asked) <= 3


async def test_name_server_that_is_silent_takes_no_longer_than_a_connection_may(
    double: HttpDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(client_module, "HTTP_CONNECT_S", 0.1)
    client = PooledClient(parse_guard(""), resolve=silent)
    assert await refused(client, "http://api.test/") == 1001
    await client.close()


async def test_cancelled_request_ends_its_connection(client: PooledClient, double: HttpDouble) -> None:
    held = Held(reply(b"x"))
    double.answers["/"] = held
    sending = asyncio.create_task(send(client, double.url()))
    await held.came.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    await asyncio.wait_for(double.gone.wait(), 10)
    double.answers["/"] = reply(b"well")
    assert (await send(client, double.url())).body == b"well"


async def test_one_host_and_one_bot_have_a_share_of_connections(
    client: PooledClient, double: HttpDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(reply(b"x"))
    double.answers["/"] = held
    sending = [asyncio.create_task(send(client, double.url())) for _ in range(limits.HTTP_BOT_CALLS + 10)]
    while double.open_now < limits.HTTP_BOT_CALLS:
        await asyncio.sleep(0.001)
    held.go.set()
    await asyncio.gather(*sending)
    assert double.open_most == min(limits.HTTP_BOT_CALLS, limits.HTTP_HOST_CALLS)
    assert client._bots.names == client._hosts.names == 0


async def test_waiting_for_a_share_counts_as_time(client: PooledClient, double: HttpDouble) -> None:
    held = Held(reply(b"x"))
    double.answers["/"] = held
    sending = [asyncio.create_task(send(client, double.url())) for _ in range(limits.HTTP_BOT_CALLS)]
    while double.open_now < limits.HTTP_BOT_CALLS:
        await asyncio.sleep(0.001)
    with pytest.raises(HttpError) as error:
        await send(client, double.url(), timeout_s=0.1)
    assert error.value.number == 1001
    held.go.set()
    await asyncio.gather(*sending)
    assert len(double.asked) == limits.HTTP_BOT_CALLS


# --- where connections go


async def test_name_keeps_its_place_in_the_request(client: PooledClient, double: HttpDouble) -> None:
    double.answers["/"] = reply(b"x")
    await send(client, double.url(host="api.test"))
    assert double.asked[0].headers["host"] == f"api.test:{double.port}"


async def test_unknown_and_closed_are_told_apart(client: PooledClient, double: HttpDouble) -> None:
    assert await refused(client, "http://nowhere.test/") == 1002
    async with HttpDouble() as other:
        port = other.port
    assert await refused(client, f"http://127.0.0.1:{port}/") == 1003


@pytest.mark.parametrize(
    "host",
    ["127.0.0.2", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.2]", "[fe80::1]", "0.0.0.0", "100.64.0.1",
     "[64:ff9b::a9fe:a9fe]"],
)  # fmt: skip
async def test_literal_address_of_a_private_network_is_refused(client: PooledClient, host: str) -> None:
    assert await refused(client, f"http://{host}/") == 5001


@pytest.mark.parametrize("host", ["2130706434", "0x7f000002", "127.2", "0x7f.2", "localhost"])
async def test_other_ways_to_write_an_address_are_refused_like_it(host: str) -> None:
    client = PooledClient(parse_guard("10.0.0.1"))
    assert await refused(client, f"http://{host}:1/") == 5001
    await client.close()


async def test_name_that_means_a_private_address_is_refused(client: PooledClient, names: Names) -> None:
    names.answers["evil.test"] = [["10.0.0.5"]]
    names.answers["mapped.test"] = [["::ffff:169.254.169.254", "fd00:ec2::254"]]
    assert await refused(client, "http://evil.test/") == 5001
    assert await refused(client, "http://mapped.test/") == 5001


async def test_of_several_addresses_only_the_permitted_are_tried(
    client: PooledClient, double: HttpDouble, names: Names
) -> None:
    async with HttpDouble("127.0.0.2") as forbidden:
        names.answers["both.test"] = [["127.0.0.2", "127.0.0.1"]]
        double.answers["/"] = reply(b"x")
        assert (await send(client, double.url(host="both.test"))).body == b"x"
        assert forbidden.connections == 0


async def test_next_address_is_tried_when_one_does_not_answer(double: HttpDouble) -> None:
    client = PooledClient(parse_guard("127.0.0.0/8"), resolve=Names(two_test=[["127.0.0.9", "127.0.0.1"]]))
    double.answers["/"] = reply(b"x")
    assert (await send(client, double.url(host="two.test"))).body == b"x"
    await client.close()


async def test_name_is_asked_once_and_that_answer_is_connected_to(
    client: PooledClient, double: HttpDouble, names: Names
) -> None:
    """A name whose next answer is private: whoever asked twice would connect there."""
    names.answers["rebind.test"] = [["127.0.0.1"], ["169.254.169.254"]]
    double.answers["/"] = reply(b"x", connection="close")
    assert (await send(client, double.url(host="rebind.test"))).body == b"x"
    assert names.asked == ["rebind.test"]
    assert await refused(client, double.url(host="rebind.test")) == 5001


async def test_redirect_is_asked_about_like_the_first_address(
    client: PooledClient, double: HttpDouble, names: Names
) -> None:
    names.answers["evil.test"] = [["169.254.169.254"]]
    async with HttpDouble("127.0.0.2") as forbidden:
        for place in (forbidden.url("/secret"), "http://evil.test/", "http://[::1]/", "//127.0.0.2/"):
            double.answers["/"] = redirect(place)
            assert await refused(client, double.url()) == 5001
        assert forbidden.connections == 0


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x/", "http://a b/"])
async def test_redirect_leads_only_to_http(client: PooledClient, double: HttpDouble, place: str) -> None:
    double.answers["/"] = redirect(place)
    assert await refused(client, double.url()) in (4002, 1002)


# --- encrypted connections


@pytest.fixture
async def trusting(names: Names) -> AsyncIterator[PooledClient]:
    """A client that trusts the certificate of the double."""
    client = PooledClient(parse_guard("127.0.0.1"), resolve=names, tls=ssl.create_default_context(cafile=CERTIFICATE))
    yield client
    await client.close()


async def test_certificate_is_verified(client: PooledClient) -> None:
    async with HttpDouble(tls=True) as double:
        double.answers["/"] = reply(b"x")
        with pytest.raises(HttpError, match=r"the certificate of api\.test is not trusted") as error:
            await send(client, double.url(host="api.test"))
        assert (error.value.number, double.asked) == (1003, [])


async def test_certificate_is_of_the_name_and_not_of_the_address(trusting: PooledClient) -> None:
    """The connection goes to an address, and is still for the name that was asked for."""
    async with HttpDouble(tls=True) as double:
        double.answers["/"] = reply(b"x")
        assert (await send(trusting, double.url(host="api.test"))).body == b"x"
        assert await refused(trusting, double.url(host="other.test")) == 1003
        assert await refused(trusting, double.url()) == 1003
        assert len(double.asked) == 1


async def test_redirect_does_not_lead_out_of_encryption(trusting: PooledClient, double: HttpDouble) -> None:
    async with HttpDouble(tls=True) as secure:
        secure.answers["/"] = redirect(double.url("/", host="api.test"))
        assert await refused(trusting, secure.url(host="api.test")) == 5001
        assert double.asked == []


# --- redirects


async def test_redirects_are_followed_to_the_limit_and_no_further(client: PooledClient, double: HttpDouble) -> None:
    for n in range(limits.HTTP_REDIRECTS + 1):
        double.answers[f"/{n}"] = redirect(f"/{n + 1}")
    double.answers[f"/{limits.HTTP_REDIRECTS + 1}"] = reply(b"there")
    assert (await send(client, double.url("/1"))).body == b"there"
    assert await refused(client, double.url("/0")) == 1508


@pytest.mark.parametrize(
    ("status", "method", "then"),
    [(301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (303, "PUT", "GET"), (307, "POST", "POST"),
     (308, "PUT", "PUT"), (302, "PUT", "PUT"), (302, "GET", "GET")],
)  # fmt: skip
async def test_redirect_keeps_or_drops_method_and_body(
    client: PooledClient, double: HttpDouble, status: int, method: str, then: str
) -> None:
    double.answers["/"], double.answers["/b"] = redirect("/b", status), reply(b"x")
    await send(client, double.url(), method, b"" if method == "GET" else b"body")
    second = double.asked[1]
    assert (second.method, second.body) == (then, b"body" if then in ("POST", "PUT") else b"")
    assert ("content-type" in second.headers) is bool(second.body)


async def test_headers_of_a_script_go_to_the_origin_it_named_and_no_other(
    client: PooledClient, double: HttpDouble
) -> None:
    async with HttpDouble() as other:
        double.answers["/"] = redirect("/same")
        double.answers["/same"] = redirect(other.url("/other"))
        other.answers["/other"] = redirect(double.url("/back"))
        double.answers["/back"] = reply(b"x")
        await send(client, double.url(), authorization="Bearer secret", x_api_key="secret", accept="text/x")
        mine = [asked.headers for asked in double.asked]
        (theirs,) = [asked.headers for asked in other.asked]
    assert [headers.get("authorization") for headers in mine] == ["Bearer secret", "Bearer secret", None]
    assert not {"authorization", "x-api-key"} & set(theirs)
    assert "secret" not in str([theirs, mine[2]])
    assert theirs["idempotency-key"] == "s/1/1"


async def test_redirect_to_another_name_of_the_same_server_is_another_origin(
    client: PooledClient, double: HttpDouble
) -> None:
    double.answers["/"] = redirect(double.url("/b", host="other.test"))
    double.answers["/b"] = reply(b"x")
    await send(client, double.url(host="api.test"), x_api_key="secret")
    assert "x-api-key" not in double.asked[1].headers


async def test_answer_with_a_redirect_status_and_no_place_is_an_answer(
    client: PooledClient, double: HttpDouble
) -> None:
    double.answers["/"] = reply(b"choose", 302)
    assert (await send(client, double.url())).status == 302


# --- what may not be said or used


async def test_sentences_name_no_secrets(client: PooledClient, double: HttpDouble) -> None:
    double.answers["/"] = raw(b"")
    for url in (double.url("/?token=secret"), f"http://ann:secret@127.0.0.1:{double.port}/", "http://x.test/secret"):
        with pytest.raises(HttpError) as error:
            await send(client, url)
        assert "secret" not in str(error.value)


async def test_proxies_of_the_environment_are_not_asked(
    client: PooledClient, double: HttpDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with HttpDouble() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        double.answers["/"] = reply(b"x")
        assert (await send(client, double.url())).body == b"x"
        assert proxy.connections == 0
    assert "HTTP_PROXY" in os.environ


async def test_configured_proxy_makes_the_connections(names: Names) -> None:
    async with HttpDouble() as proxy:
        client = PooledClient(parse_guard(""), proxy=f"http://ann:pw@127.0.0.1:{proxy.port}", resolve=names)

        async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
            assert asked.headers["proxy-authorization"] == "Basic YW5uOnB3"
            await reply(asked.path.encode())(asked, writer)

        proxy.answers["http://far.test/x"] = answer
        assert (await send(client, "http://far.test/x")).body == b"http://far.test/x"
        assert names.asked == []
        for host in ("10.0.0.1", "2130706433", "[::1]"):
            assert await refused(client, f"http://{host}/") == 5001
        await client.close()
        assert proxy.broken_rules == ["GET http://far.test/x: has proxy-authorization"]
        proxy.broken_rules.clear()
