"""A real server process that is told to stop, at rest and amid questions."""

import http.client
import re
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.service.processes import Process, asking, running, send

SIGNALS = [signal.SIGTERM, signal.SIGINT]


@pytest.fixture
def hold(tmp_path: Path) -> Path:
    """The file that holds slow questions."""
    file = tmp_path / "hold"
    file.touch()
    return file


@pytest.fixture
def server(small_index: Path, hold: Path) -> Iterator[Process]:
    """A running server."""
    with running(small_index, hold) as process:
        yield process


def told(server: Process) -> str:
    """The server's numbers."""
    numbers: str = server.get("/metrics").body
    return numbers


@pytest.mark.parametrize("number", SIGNALS)
def test_what_was_begun_is_answered_and_what_comes_is_refused(
    server: Process, hold: Path, number: int
) -> None:
    with asking(server, "a slow bead") as (asked,):
        server.wait_for("held")
        server.signal(number)
        server.wait_for("stopping: 1 requests in work have 30 s")
        for refused in (server.get("/readyz"), server.ask("bead"), server.get("/v1/documents")):
            assert refused.status == 503
            assert refused.body["type"] == "urn:citewell:problem:stopping"
            assert refused.body["detail"].endswith("ask again when it is back")
            assert refused.headers["retry-after"] == "5"
            assert refused.headers["connection"] == "close"
            assert refused.headers["x-content-type-options"] == "nosniff"
        for path in ("/healthz", "/metrics"):
            told = server.get(path)
            assert (told.status, told.headers["connection"]) == (200, "close")
        assert not asked.done()
        hold.unlink()
        answer = asked.result()
    assert answer.status == 200
    assert answer.headers["connection"] == "close"
    assert answer.body["question"] == "a slow bead"
    assert server.ended() == 0
    assert "stopped; all that was begun is done" in server.log
    assert "Traceback" not in server.log


def test_openai_clients_are_refused_in_their_form(server: Process, hold: Path) -> None:
    with asking(server, "a slow bead") as (asked,):
        server.wait_for("held")
        server.signal(signal.SIGTERM)
        server.wait_for("stopping: ")
        refused = server.get("/v1/models")
        hold.unlink()
        assert asked.result().status == 200
    assert refused.status == 503
    assert refused.body["error"]["code"] == "stopping"


@pytest.mark.parametrize("number", SIGNALS)
def test_at_rest_it_ends_with_status_0_and_closes_what_is_idle(
    server: Process, number: int
) -> None:
    with closing(server.connect()) as connection:
        assert send(connection, "GET", "/healthz").status == 200
        server.signal(number)
        assert server.ended() == 0
        assert connection.sock.recv(1) == b""
    assert "stopped; all that was begun is done" in server.log


def test_what_takes_too_long_is_given_up_and_told(small_index: Path, hold: Path) -> None:
    with (
        running(small_index, hold, stop_s="0.3") as server,
        asking(server, "a slow bead") as (asked,),
    ):
        server.wait_for("held")
        server.signal(signal.SIGTERM)
        answer = asked.result()
        assert answer.status == 503
        assert answer.body["type"] == "urn:citewell:problem:stopped"
        assert "CITEWELL_STOP_S" in answer.body["detail"]
        assert server.ended() == 1
        assert "1 requests were given up" in server.log


@pytest.mark.parametrize("number", SIGNALS)
def test_a_second_signal_ends_it_at_once(server: Process, number: int) -> None:
    with asking(server, "a slow bead") as (asked,):
        server.wait_for("held")
        server.signal(number)
        server.wait_for("stopping: ")
        server.signal(number)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            asked.result()
    assert server.ended() == -number
    assert "citewell: ended at once; what was in work is lost" in server.log


def test_before_it_answers_sigterm_ends_it_with_status_0(small_index: Path, tmp_path: Path) -> None:
    (tmp_path / "loading").touch()
    with running(small_index, tmp_path / "hold", wait="held") as server:
        server.signal(signal.SIGTERM)
        assert server.ended() == 0


def test_every_request_is_answered_or_never_taken(server: Process, hold: Path) -> None:
    """Eight clients ask without a pause, half of them on a new connection each time, while the
    service stops: nobody's request is taken and then dropped."""
    hold.unlink()
    begun = threading.Barrier(9)

    def ask_until_refused(anew: bool) -> Counter[str]:
        seen = Counter[str]()
        connection = server.connect()
        begun.wait()
        while True:
            if anew:
                connection.close()
            try:
                reply = send(connection, "POST", "/v1/ask", "bead")
            except ConnectionRefusedError:
                return seen
            except (http.client.HTTPException, OSError) as error:
                seen[type(error).__name__] += 1
                connection.close()
            else:
                seen[str(reply.status)] += 1

    with ThreadPoolExecutor(8) as threads:
        clients = [threads.submit(ask_until_refused, n % 2 == 0) for n in range(8)]
        begun.wait()
        while not re.search(r'citewell_requests_total\{.*"/v1/ask".*\} \d{2}', told(server)):
            pass
        server.signal(signal.SIGTERM)
        seen = sum((client.result() for client in clients), Counter[str]())
    assert server.ended() == 0
    assert seen["200"] > 8
    assert set(seen) <= {"200", "503"}
