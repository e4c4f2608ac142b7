"""Clients of HTTP under the guard: redirects, proxies, paths, unix sockets; a control beside every refusal."""

from __future__ import annotations

import asyncio
import http.client
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
import httpx
import httpx2
import pycurl  # type: ignore[import-untyped]  # it ships no types
import pytest
import requests
import urllib3

from firedoor.errors import GuardError
from support import web_servers
from support.frames import shown
from support.guarding import armed, configuration, declare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from firedoor.guard.core import Guard
    from support.project import ProjectFolder
    from support.web_servers import Listening


def by_urllib(url: str, proxy: str | None) -> int:
    proxies = {"http": proxy, "https": proxy} if proxy else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
    with opener.open(url, timeout=5) as answer:
        answer.read()
        return int(answer.status)


def by_urllib3(url: str, proxy: str | None) -> int:
    manager = urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()
    with manager:
        return manager.request("GET", url, timeout=5).status


def by_requests(url: str, proxy: str | None) -> int:
    with requests.Session() as session:
        session.trust_env = False
        proxies = {"http": proxy, "https": proxy} if proxy else None
        return session.get(url, proxies=proxies, timeout=5).status_code


def by_httpx(url: str, proxy: str | None) -> int:
    with httpx.Client(proxy=proxy, trust_env=False, follow_redirects=True, verify=False) as client:  # noqa: S501 - a certificate of the test's own
        return client.get(url).status_code


def by_httpx_later(url: str, proxy: str | None) -> int:
    async def fetch() -> int:
        options: dict[str, Any] = {
            "proxy": proxy,
            "trust_env": False,
            "follow_redirects": True,
            "verify": False,
        }
        async with httpx.AsyncClient(**options) as client:
            return (await client.get(url)).status_code

    return asyncio.run(fetch())


def by_httpx2(url: str, proxy: str | None) -> int:
    with httpx2.Client(proxy=proxy, trust_env=False, follow_redirects=True, verify=False) as client:
        return int(client.get(url).status_code)


def by_aiohttp(url: str, proxy: str | None) -> int:
    async def fetch() -> int:
        async with aiohttp.ClientSession() as session, session.get(url, proxy=proxy) as answer:
            await answer.read()
            return answer.status

    return asyncio.run(fetch())


def by_http_client(url: str, proxy: str | None) -> int:
    """Without a redirect or an https of its own."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(urlsplit(proxy).netloc if proxy else parts.netloc, timeout=5)
    try:
        connection.request("GET", url if proxy else f"{parts.path}?{parts.query}")
        return connection.getresponse().status
    finally:
        connection.close()


def by_pycurl(url: str, proxy: str | None) -> int:
    handle = pycurl.Curl()
    try:
        handle.setopt(pycurl.URL, url)
        handle.setopt(pycurl.FOLLOWLOCATION, True)
        handle.setopt(pycurl.TIMEOUT, 5)
        handle.setopt(pycurl.PROXY, proxy or "")
        handle.setopt(pycurl.PATH_AS_IS, 1)
        handle.setopt(pycurl.WRITEFUNCTION, lambda data: None)
        handle.perform()
        return int(handle.getinfo(pycurl.RESPONSE_CODE))
    finally:
        handle.close()


ALL = [by_pycurl, by_urllib, by_urllib3, by_requests, by_httpx, by_httpx_later, by_aiohttp, by_http_client]
ALL.insert(0, by_httpx2)
FOLLOWING = ALL[:-1]
TUNNELLING = [by_pycurl, by_urllib, by_urllib3, by_requests, by_httpx, by_httpx_later, by_aiohttp]


class World:
    """A site of this environment's, production's, and a proxy."""

    def __init__(self, own: Listening, live: Listening, proxy: Listening, guard: Guard) -> None:
        self.own = own
        self.live = live
        self.proxy = proxy
        self.guard = guard


@pytest.fixture
def world(project: ProjectFolder) -> Iterator[World]:
    with web_servers.site() as own, web_servers.site("127.0.0.2") as live, web_servers.proxy() as proxy:
        files = {
            ".env.testing": f"API={own.url}/test\n",
            ".env.staging": f"API={own.url}/stage\n",
            ".env.production": f"API={live.url}/v1\n",
        }
        declare(project, files=files)
        with armed(configuration(project)) as guard:
            yield World(own, live, proxy, guard)


def codes(error: GuardError) -> list[tuple[str, str, str]]:
    return [(one.code, one.subject, one.facts.get("other", "")) for one in error.problems]


@pytest.mark.parametrize("fetch", ALL)
def test_its_own_site_answers(world: World, fetch: Callable[[str, str | None], int]) -> None:
    assert fetch(f"{world.own.url}/test/a", None) == 200
    assert fetch(f"{world.own.url}/test/b", world.proxy.url) == 200
    assert len(world.own.asked) == 2
    assert len(world.proxy.asked) == 1
    assert world.guard.refusals == {}


@pytest.mark.parametrize("fetch", ALL)
def test_production_is_not_asked(world: World, fetch: Callable[[str, str | None], int]) -> None:
    for path, code in (("/v1/charge", "FD603"), ("/other", "FD603")):
        with pytest.raises(GuardError) as refused:
            fetch(f"{world.live.url}{path}", None)
        assert codes(refused.value)[0][0] in (code, "FD601")
        assert codes(refused.value)[0][1:] == ("API", "production")
    assert world.live.asked == []


@pytest.mark.parametrize("fetch", ALL)
def test_a_proxy_is_not_asked_for_production(world: World, fetch: Callable[[str, str | None], int]) -> None:
    assert fetch(f"{world.own.url}/test/a", world.proxy.url) == 200
    before = [*world.proxy.asked]
    for path in ("/v1/charge", "/"):
        with pytest.raises(GuardError) as refused:
            fetch(f"{world.live.url}{path}", world.proxy.url)
        assert codes(refused.value)[0][1:] == ("API", "production")
    assert world.proxy.asked == before
    assert world.live.asked == []


@pytest.mark.parametrize("fetch", ALL)
@pytest.mark.parametrize("way", ["straight", "proxied", "tunnelled", "undeclared"])
def test_no_frame_of_ours_holds_where_it_led(
    world: World, fetch: Callable[[str, str | None], int], way: str
) -> None:
    url = f"{world.live.url}/v1/s3cr3t?token=s3cr3t"
    if way == "tunnelled":
        if fetch not in TUNNELLING:
            return
        url = url.replace("http:", "https:")
    if way == "undeclared":
        url = "http://127.0.0.2:9/s3cr3t"
    with pytest.raises(GuardError) as refused:
        fetch(url, None if way == "straight" else world.proxy.url)
    seen = shown(refused.value)
    assert [one for one in ("s3cr3t", "127.0.0.2", str(world.live.port)) if one in seen] == [], seen


@pytest.mark.parametrize("fetch", ALL)
def test_a_proxy_is_not_asked_for_what_nobody_declared(
    world: World, fetch: Callable[[str, str | None], int]
) -> None:
    with pytest.raises(GuardError) as refused:
        fetch("http://127.0.0.9:81/", world.proxy.url)
    assert codes(refused.value) == [("FD602", "", "")]
    assert world.proxy.asked == []


@pytest.mark.parametrize("fetch", TUNNELLING)
def test_no_tunnel_to_production_is_asked_for(world: World, fetch: Callable[[str, str | None], int]) -> None:
    with pytest.raises(GuardError) as refused:
        fetch(world.live.url.replace("http:", "https:"), world.proxy.url)
    assert codes(refused.value)[0][1:] == ("API", "production")
    assert world.proxy.asked == []
    # the control: a tunnel to its own site is dug, whatever TLS makes of that
    with pytest.raises(Exception, match=r"(?i)ssl|eof|record|closed|reset") as failed:
        fetch(f"{world.own.url.replace('http:', 'https:')}/test", world.proxy.url)
    assert not isinstance(failed.value, GuardError)
    assert {*world.proxy.asked} == {f"127.0.0.1:{world.own.port}"}


@pytest.mark.parametrize("fetch", FOLLOWING)
@pytest.mark.parametrize("proxied", [False, True])
def test_a_redirect_to_production_is_not_followed(
    world: World, fetch: Callable[[str, str | None], int], proxied: bool
) -> None:
    proxy = world.proxy.url if proxied else None
    assert fetch(f"{world.own.url}/test?to={world.own.url}/test/b", proxy) == 200
    assert len(world.own.asked) == 2
    with pytest.raises(GuardError) as refused:
        fetch(f"{world.own.url}/test?to={world.live.url}/v1", proxy)
    assert codes(refused.value)[0] == ("FD603", "API", "production")
    assert world.live.asked == []
    assert not any(world.live.url in target for target in world.proxy.asked if "?to=" not in target)


@pytest.mark.parametrize("fetch", ALL)
def test_another_environments_path_at_the_same_host_is_not_asked_for(
    world: World, fetch: Callable[[str, str | None], int]
) -> None:
    for path in ("/stage", "/stage/x", "/test/../stage/x", "//stage"):
        with pytest.raises(GuardError) as refused:
            fetch(f"{world.own.url}{path}", None)
        assert codes(refused.value) == [("FD603", "API", "staging")]
    for path in ("/test/stage", "/stages", "/"):
        assert fetch(f"{world.own.url}{path}", None) == 200
    assert len(world.own.asked) == 3


def test_a_unix_socket_is_looked_at_by_its_path(world: World, tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with web_servers.site_at(path) as asked:
        transport = httpx.HTTPTransport(uds=path)
        with httpx.Client(transport=transport) as client:
            assert client.get(f"{world.live.url}/v1").status_code == 200
        assert asked == ["/v1"]
    with (
        httpx.Client(transport=httpx.HTTPTransport(uds="/run/somebody's.sock")) as client,
        pytest.raises(GuardError) as refused,
    ):
        client.get("http://localhost/")
    assert codes(refused.value) == [("FD602", "", "")]


async def test_a_unix_socket_of_aiohttp_too(world: World, tmp_path: Path) -> None:
    async def fetch(path: str) -> int:
        async with (
            aiohttp.ClientSession(connector=aiohttp.UnixConnector(path)) as client,
            client.get(f"{world.live.url}/v1") as answer,
        ):
            return answer.status

    path = str(tmp_path / "s")
    with web_servers.site_at(path) as asked:
        assert await fetch(path) == 200
    assert asked == ["/v1"]
    with pytest.raises(GuardError) as refused:
        await fetch("/run/somebody.sock")
    assert codes(refused.value) == [("FD602", "", "")]


def test_a_connection_that_has_a_unix_socket_is_left_alone(world: World, tmp_path: Path) -> None:
    import socket

    path = str(tmp_path / "s")
    with web_servers.site_at(path) as asked:
        connection = http.client.HTTPConnection("127.0.0.2", world.live.port)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(path)
        connection.request("GET", "/v1")
        with connection.getresponse() as answer:
            assert (answer.status, answer.read()) == (200, b"ok")
        connection.close()
    assert asked == ["/v1"]


def test_what_no_network_sees_is_not_looked_at(world: World) -> None:
    """Mocks of the libraries' own answer for production in many suites, and reach nobody."""
    mock = httpx.MockTransport(lambda request: httpx.Response(200))
    with httpx.Client(transport=mock) as client:
        assert client.get(world.live.url).status_code == 200
    assert world.guard.refusals == {}


def test_failures_that_are_no_refusals_stay_what_they_were(world: World) -> None:
    with web_servers.site() as gone:
        url = gone.url
    kinds: list[tuple[Any, type[Exception]]] = [
        (by_urllib, OSError),
        (by_requests, requests.ConnectionError),
        (by_httpx, httpx.ConnectError),
        (by_httpx_later, httpx.ConnectError),
        (by_aiohttp, aiohttp.ClientConnectorError),
    ]
    world.guard.policy.own._at[("localhost", urlsplit(url).port or 0)] = next(
        iter(world.guard.policy.own._at.values())
    )
    for fetch, kind in kinds:
        with pytest.raises(kind) as failed:
            fetch(url, None)
        assert not isinstance(failed.value, GuardError)
    with pytest.raises(urllib3.exceptions.MaxRetryError), urllib3.PoolManager() as manager:
        manager.request("GET", url, retries=1)


def test_urls_that_nobody_can_read_are_the_librarys_to_refuse(world: World) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", world.own.port)
    for url in ("http://[", "http:///x"):
        connection.putrequest("GET", url, skip_host=True)
        connection.close()
    assert world.guard.refusals == {}


def test_a_disarmed_guard_leaves_the_libraries_as_they_were(project: ProjectFolder) -> None:
    before = [
        http.client.HTTPConnection.putrequest,
        urllib3.HTTPConnectionPool.urlopen,
        requests.adapters.HTTPAdapter.send,
        aiohttp.TCPConnector.connect,
    ]
    declare(project)
    with armed(configuration(project)):
        assert http.client.HTTPConnection.putrequest is not before[0]
    after = [
        http.client.HTTPConnection.putrequest,
        urllib3.HTTPConnectionPool.urlopen,
        requests.adapters.HTTPAdapter.send,
        aiohttp.TCPConnector.connect,
    ]
    assert after == before


def test_sockets_that_are_made_up_are_sockets(world: World) -> None:
    """Tests of clients put an object of their own in a socket's place."""

    class Sock:
        def __init__(self) -> None:
            self.sent = b""

        def sendall(self, data: bytes) -> None:
            self.sent += data

        def close(self) -> None:
            """Nothing to close."""

    connection = http.client.HTTPConnection("unknown.test")
    sock: Any = Sock()
    connection.sock = sock
    connection.putrequest("GET", "")
    connection.endheaders()
    assert sock.sent.startswith(b"GET / HTTP/1.1")
    assert world.guard.refusals == {}
