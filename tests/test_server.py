"""The server around the pages: deep links, health, headers, and who may talk to it."""

import base64
import hashlib
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from nps.headers import HEADERS
from nps.store import Store
from tests.served import Server, served, start

# The first step of the path to an element: which part of the window it stands in.
MAIN, SIDEBAR = (0,), (1,)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("server")) as running:
        yield running


def _connect(server: Server, *, host: str = "127.0.0.1", origin: str | None = None) -> ClientConnection:
    port = int(server.url.rsplit(":", 1)[1])
    return connect(
        f"ws://{host}:{port}/_stcore/stream",
        sock=socket.create_connection(("127.0.0.1", port), timeout=30),
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
    )


def _open_first(page: str) -> bytes:
    message = BackMsg()
    message.rerun_script.page_name = page
    return bytes(message.SerializeToString())


def _opened(server: Server, page: str) -> list[ForwardMsg]:
    """All that the server sends to a browser that opens `page` first."""
    received: list[ForwardMsg] = []
    with _connect(server) as stream:
        stream.send(_open_first(page))
        while not received or received[-1].WhichOneof("type") != "script_finished":
            received.append(ForwardMsg.FromString(bytes(stream.recv(timeout=30, decode=False))))
    return received


def _has_exception(received: list[ForwardMsg]) -> bool:
    return any(message.delta.new_element.HasField("exception") for message in received)


def test_a_deep_link_as_the_first_request_passes_through_the_gate(tmp_path: Path) -> None:
    with served(tmp_path) as fresh:
        received = _opened(fresh, "imports")
    [navigation] = [message.navigation for message in received if message.HasField("navigation")]
    [shown] = [page for page in navigation.app_pages if page.page_script_hash == navigation.page_script_hash]
    assert shown.url_pathname == "imports"
    # Streamlit lists pages/ by itself when the gate is passed by; only nps/app.py draws in the sidebar.
    places = {tuple(message.metadata.delta_path[:1]) for message in received if message.HasField("delta")}
    assert places >= {MAIN, SIDEBAR}
    assert not _has_exception(received)


def test_every_page_of_the_navigation_opens_by_its_address(server: Server) -> None:
    [navigation] = [each.navigation for each in _opened(server, "") if each.HasField("navigation")]
    assert len(navigation.app_pages) >= 5
    for page in navigation.app_pages:
        received = _opened(server, page.url_pathname)
        assert not any(message.HasField("page_not_found") for message in received), page.url_pathname
        assert not _has_exception(received), page.url_pathname


def test_the_process_is_healthy_and_its_store_ready(server: Server) -> None:
    for path in ("/healthz", "/readyz"):
        answer = server.get(path)
        assert (answer.status, answer.json()) == (200, {"status": "ok"})
        assert answer.headers["cache-control"] == "no-store"


def test_a_store_held_by_another_process_is_named_until_it_is_let_go(tmp_path: Path) -> None:
    holder = Store.open(tmp_path / "held.duckdb")
    try:
        with served(tmp_path, store=holder.path) as waiting:
            assert waiting.get("/healthz").status == 200
            busy = waiting.get("/readyz")
            assert busy.status == 503
            assert "held.duckdb is in use by another process" in busy.json()["reason"]
            assert "held.duckdb is in use by another process" in waiting.log.read_text()
            holder.close()
            assert waiting.get("/readyz").status == 200
    finally:
        holder.close()


@pytest.mark.parametrize("path", ["/", "/imports", "/healthz", "/no/such/page", "/_stcore/health"])
def test_every_answer_carries_the_security_headers(server: Server, path: str) -> None:
    headers = server.get(path).headers
    assert {name: headers.get(name.lower()) for name in HEADERS} == HEADERS


def test_the_policy_allows_exactly_the_inline_scripts_of_the_page(server: Server) -> None:
    page = server.get("/")
    inline = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    expected = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in inline}
    assert set(re.findall(r"'sha256-([^']+)'", page.headers["content-security-policy"])) == expected


def test_a_page_of_another_site_reaches_nothing(server: Server) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        _connect(server, origin="https://attacker.example")
    with pytest.raises(InvalidStatus, match="403"):
        _connect(server, host="attacker.example", origin="http://attacker.example")


def test_the_server_ends_on_request_and_lets_the_store_go(tmp_path: Path) -> None:
    server = start(tmp_path)
    try:
        with _connect(server) as stream:
            stream.send(_open_first(""))
            stream.recv(timeout=30)
            assert server.stop() in {0, -15}
    finally:
        server.kill()
    Store.open(server.store).close()


def test_scripts_come_from_here_and_are_no_pages(server: Server) -> None:
    for name, word in (("charts.js", "toImage"), ("back.js", "pushState")):
        answer = server.get(f"/scripts/{name}")
        assert (answer.status, answer.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert word in answer.text
    for name in ("other.js", "..%2Fsheets.py"):
        assert server.get(f"/scripts/{name}").status in {400, 404}


def test_a_report_that_is_no_longer_kept_says_how_to_get_it_again(server: Server) -> None:
    for path in ("/report", "/report?of=guessed"):
        answer = server.get(path)
        assert (answer.status, answer.headers["cache-control"]) == (404, "no-store")
        assert "Open the page again" in answer.text
