"""libcurl under the guard: every way to lead it elsewhere, each beside one that stays at home."""

from __future__ import annotations

import io
import socket
from typing import TYPE_CHECKING, Any

import pycurl  # type: ignore[import-untyped]  # it ships no types
import pytest

from firedoor.errors import GuardError
from firedoor.guard import core
from firedoor.guard.adaptors import pycurl_handles
from firedoor.guard.patching import NotPatchedError, Patches
from support import web_servers
from support.guarding import armed, configuration, declare, guard_of, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.project import ProjectFolder
    from support.web_servers import Listening

Handle = Any
VARIABLES = (
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
)


class World:
    def __init__(self, own: Listening, live: Listening) -> None:
        self.own = own
        self.live = live


@pytest.fixture
def world(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with web_servers.site() as own, web_servers.site("127.0.0.2") as live:
        declare(
            project, files={".env.testing": f"API={own.url}\n", ".env.production": f"API={live.url}/v1\n"}
        )
        with armed(configuration(project)):
            yield World(own, live)


@pytest.fixture
def handle() -> Iterator[Handle]:
    made = pycurl.Curl()
    made.setopt(pycurl.WRITEFUNCTION, lambda data: None)
    made.setopt(pycurl.TIMEOUT, 5)
    yield made
    made.close()


def status(handle: Handle) -> int:
    handle.perform()
    return int(handle.getinfo(pycurl.RESPONSE_CODE))


def codes(attempt: Callable[[], object]) -> list[str]:
    return [problem.code for problem in refused(attempt)]


def test_a_url_however_it_is_told(world: World, handle: Handle) -> None:
    ways: tuple[Callable[[str], object], ...] = (
        lambda url: handle.setopt(pycurl.URL, url),
        lambda url: handle.setopt(pycurl.URL, url.encode()),
        lambda url: handle.setopt_string(pycurl.URL, url),
        lambda url: handle.setopt(pycurl.URL, url.removeprefix("http://")),
    )
    for tell in ways:
        tell(world.own.url)
        assert status(handle) == 200
        tell(f"{world.live.url}/v1")
        assert codes(handle.perform) == ["FD603"]
    assert world.live.asked == []


@pytest.mark.parametrize("option", ["RESOLVE", "CONNECT_TO"])
def test_another_address_for_the_name(world: World, handle: Handle, option: str) -> None:
    for site, expected in ((world.own, []), (world.live, ["FD601"])):
        port = site.port
        entry = f"mock.test:{port}:{site.host}" + ("" if option == "RESOLVE" else f":{port}")
        handle.setopt(getattr(pycurl, option), [entry])
        handle.setopt(pycurl.URL, f"http://mock.test:{port}/")
        assert codes(handle.perform) == expected
    assert world.live.asked == []
    assert len(world.own.asked) == 1


def test_a_unix_socket(world: World, handle: Handle, tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    handle.setopt(pycurl.URL, "http://localhost/")
    with web_servers.site_at(path) as asked:
        handle.setopt(pycurl.UNIX_SOCKET_PATH, path)
        assert status(handle) == 200
    assert asked == ["/"]
    handle.setopt(pycurl.UNIX_SOCKET_PATH, "/run/somebody.sock")
    assert codes(handle.perform) == ["FD602"]


def test_proxies_by_option_and_by_variable(
    world: World, handle: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web_servers.proxy() as proxy:
        for url, expected in (
            (world.own.url, []),
            (f"{world.live.url}/v1", ["FD603"]),
            ("http://a.test/", ["FD602"]),
        ):
            handle.setopt(pycurl.URL, url)
            handle.setopt(pycurl.PROXY, proxy.url)
            assert codes(handle.perform) == expected
            handle.unsetopt(pycurl.PROXY)
            monkeypatch.setenv("http_proxy", proxy.url)
            assert codes(handle.perform) == expected
            monkeypatch.delenv("http_proxy")
        assert len(proxy.asked) == 2
    handle.setopt(pycurl.URL, "http://a.test/")
    handle.setopt(pycurl.PRE_PROXY, "socks5://127.0.0.1:1")
    assert codes(handle.perform) == ["FD602"]


def test_a_header_function_of_its_own_is_still_called(world: World, handle: Handle) -> None:
    lines: list[bytes] = []
    handle.setopt(pycurl.FOLLOWLOCATION, 1)
    handle.setopt(pycurl.URL, f"{world.own.url}/?to=/next")
    handle.setopt(pycurl.HEADERFUNCTION, lines.append)
    assert status(handle) == 200
    assert b"Location: /next\r\n" in lines
    assert world.own.asked == ["/?to=/next", "/next"]
    handle.setopt(pycurl.URL, f"{world.own.url}/?to={world.live.url}/v1")
    assert codes(handle.perform) == ["FD603"]
    # not followed, it may lead where it likes
    handle.setopt(pycurl.FOLLOWLOCATION, 0)
    assert status(handle) == 302
    assert world.live.asked == []


def test_a_header_file_of_its_own_is_still_written(world: World, handle: Handle) -> None:
    head = io.BytesIO()
    handle.setopt(pycurl.FOLLOWLOCATION, 1)
    handle.setopt(pycurl.URL, world.own.url)
    handle.setopt(pycurl.WRITEHEADER, head)
    assert status(handle) == 200
    assert head.getvalue().startswith(b"HTTP/1.1 200")


def test_a_socket_function_of_its_own_is_asked_second(world: World, handle: Handle) -> None:
    opened: list[socket.socket] = []

    def opening(purpose: int, address: Any) -> socket.socket:
        made = socket.socket(address[0], address[1], address[2])
        opened.append(made)
        return made

    handle.setopt(pycurl.OPENSOCKETFUNCTION, opening)
    handle.setopt(pycurl.URL, world.own.url)
    assert status(handle) == 200
    handle.setopt(pycurl.URL, "http://127.0.0.9:9/")
    assert codes(handle.perform) == ["FD602"]
    assert len(opened) == 1
    opened[0].close()


def test_doubles_and_resets(world: World, handle: Handle) -> None:
    handle.setopt(pycurl.URL, f"{world.live.url}/v1")
    double = handle.duphandle()
    assert codes(double.perform) == ["FD603"]
    double.setopt(pycurl.URL, world.own.url)
    assert status(double) == 200
    double.close()
    handle.reset()
    handle.setopt(pycurl.WRITEFUNCTION, lambda data: None)
    handle.setopt(pycurl.URL, world.own.url)
    assert status(handle) == 200
    assert handle.perform_rs() == "ok"
    assert handle.perform_rb() == b"ok"


def test_several_at_once(world: World, handle: Handle) -> None:
    multi = pycurl.CurlMulti()
    handle.setopt(pycurl.URL, f"{world.live.url}/v1")
    assert codes(lambda: multi.add_handle(handle)) == ["FD603"]
    for url, code in ((world.own.url, 200), ("http://127.0.0.9:9/", 0)):
        handle.setopt(pycurl.URL, url)
        multi.add_handle(handle)
        running = 1
        while running:
            _, running = multi.perform()
            multi.select(0.1)
        assert handle.getinfo(pycurl.RESPONSE_CODE) == code
        multi.remove_handle(handle)
    multi.close()
    guard = core.current()
    assert guard is not None
    assert [problem.code for problem in guard.refusals] == ["FD603", "FD602"]


def test_failures_that_are_no_refusals_stay_what_they_were(world: World, handle: Handle) -> None:
    handle.setopt(pycurl.URL, "gopherx://localhost/")
    with pytest.raises(pycurl.error) as failed:
        handle.perform()
    assert not isinstance(failed.value, GuardError)


def test_a_sleeping_guard_and_none_at_all(world: World, handle: Handle) -> None:
    handle.setopt(pycurl.URL, f"{world.live.url}/v1")
    guard = core.current()
    assert guard is not None
    multi = pycurl.CurlMulti()
    with guard.unguarded():
        assert status(handle) == 200
        multi.add_handle(handle)
        multi.remove_handle(handle)
    multi.close()


def test_where_a_class_of_c_cannot_be_changed_another_takes_its_place(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise NotPatchedError

    before = pycurl.Curl, pycurl.CurlMulti
    with web_servers.site() as own, web_servers.site("127.0.0.2") as live:
        guard = guard_of(
            project, files={".env.testing": f"API={own.url}\n", ".env.production": f"API={live.url}/v1\n"}
        )
        with monkeypatch.context() as patch:
            patch.setattr(Patches, "c_method", refuse)
            undo = pycurl_handles.arm(guard, pycurl)
        handle, multi = pycurl.Curl(), pycurl.CurlMulti()
        handle.setopt(pycurl.WRITEFUNCTION, lambda data: None)
        handle.setopt(pycurl.URL, own.url)
        assert status(handle) == 200
        handle.setopt(pycurl.URL, f"{live.url}/v1")
        assert codes(handle.perform) == ["FD603"]
        assert codes(lambda: multi.add_handle(handle)) == ["FD603"]
        handle.close()
        multi.close()
        assert live.asked == []
    undo()
    assert (pycurl.Curl, pycurl.CurlMulti) == before
