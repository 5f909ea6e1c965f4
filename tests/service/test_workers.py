"""Several real worker processes behind one socket: killed, stopped, written to at once."""

import http.client
import os
import re
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.service.processes import Process, asking, running, send, until

ANSWERS = r"worker (\d) answers \(process (\d+)\)"


@pytest.fixture
def hold(tmp_path: Path) -> Path:
    """The file that holds slow questions, while it is there."""
    return tmp_path / "hold"


@pytest.fixture
def server(small_index: Path, hold: Path) -> Iterator[Process]:
    """A server of two workers, both of which answer."""
    with running(small_index, hold, workers="2") as process:
        process.wait_for(ANSWERS, 2)
        yield process


def pids(server: Process) -> dict[int, int]:
    """The process of each worker, by the last that it told."""
    return {int(number): int(pid) for number, pid in re.findall(ANSWERS, server.log)}


def by_worker(server: Process, name: str, **labels: str) -> dict[str, float]:
    """A value of each worker, from the numbers."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(server.get("/metrics").body):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                found[sample.labels["worker"]] = sample.value
    return found


def test_numbers_are_of_all_workers(server: Process) -> None:
    asked = 0
    for _ in range(200):
        assert server.ask("bead").status == 200
        asked += 1
        if len(by_worker(server, "citewell_requests_total", route="/v1/ask")) == 2:
            break

    def counted() -> bool:
        values = by_worker(server, "citewell_requests_total", route="/v1/ask")
        return len(values) == 2 and sum(values.values()) == asked

    until(counted)


def test_a_worker_that_is_killed_costs_only_what_it_had_in_work(server: Process) -> None:
    begun = pids(server)
    done = threading.Event()

    def ask_until_done() -> Counter[str]:
        seen = Counter[str]()
        while not done.is_set():
            connection = server.connect()
            try:
                seen[str(send(connection, "POST", "/v1/ask", "bead").status)] += 1
            except (http.client.HTTPException, ConnectionResetError):
                seen["closed"] += 1
            finally:
                connection.close()
        return seen

    with ThreadPoolExecutor(4) as threads:
        clients = [threads.submit(ask_until_done) for _ in range(4)]
        try:
            until(lambda: len(by_worker(server, "citewell_requests_total", route="/v1/ask")) == 2)
            os.kill(begun[0], signal.SIGKILL)
            server.wait_for("worker 0 ended .*killed by signal 9.*started again")
            server.wait_for(ANSWERS, 3)
        finally:
            done.set()
        seen = sum((client.result() for client in clients), Counter[str]())
    assert set(seen) <= {"200", "closed"}
    assert seen["closed"] <= 4  # one a client: what the worker had in work, no more
    assert pids(server)[0] != begun[0]
    assert pids(server)[1] == begun[1]
    for _ in range(8):
        assert server.ask("bead").status == 200
    server.signal(signal.SIGTERM)
    assert server.ended() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_all_workers_finish_what_they_began(server: Process, hold: Path, number: int) -> None:
    hold.touch()
    with asking(server, *["a slow bead"] * 4) as asked:
        server.wait_for("held")
        until(lambda: sum(by_worker(server, "citewell_index_ready").values()) == 2)
        server.signal(number)
        server.wait_for(r"stopping: \d requests in work", 2)
        assert server.get("/readyz").status == 503
        hold.unlink()
        statuses = {answer.result().status for answer in asked}
    assert statuses <= {200, 503}  # 503: read after the signal
    assert 200 in statuses
    assert server.ended() == 0


def test_a_second_signal_ends_all_at_once(server: Process, hold: Path) -> None:
    hold.touch()
    workers = pids(server)
    with asking(server, "a slow bead") as (asked,):
        server.wait_for("held")
        server.signal(signal.SIGTERM)
        server.wait_for("stopping: ", 2)
        server.signal(signal.SIGTERM)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            asked.result()
    assert server.ended() == -signal.SIGTERM
    until(lambda: not any(map(lives, workers.values())))


def lives(pid: int) -> bool:
    """Whether a process is there."""
    return Path(f"/proc/{pid}").exists()


def test_workers_end_with_the_process_that_leads_them(server: Process) -> None:
    workers = pids(server)
    assert all(map(lives, workers.values()))
    server.signal(signal.SIGKILL)
    until(lambda: not any(map(lives, workers.values())))
    assert server.ended() == -signal.SIGKILL


def test_uploads_at_once_go_one_after_another_and_all_workers_follow(server: Process) -> None:
    names = [f"new{number}.txt" for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        done = threads.map(lambda name: server.upload(name, f"Cab {name} egg."), names)
        assert [reply.status for reply in done] == [201] * 8
    listed = {item["path"] for item in server.get("/v1/documents?limit=100").body["documents"]}
    assert set(names) <= listed
    # Nobody asks: each worker looks by itself.
    same: Callable[[], bool] = lambda: (  # noqa: E731
        by_worker(server, "citewell_index_generation") == {"0": 9, "1": 9}
    )
    until(same)
    for _ in range(8):
        assert server.ask("Cab new7 egg.").body["index"]["generation"] == 9


def test_what_keeps_the_first_worker_from_starting_is_said_once(tmp_path: Path) -> None:
    with running(tmp_path / "none", tmp_path / "hold", "there is no index", workers="2") as server:
        assert server.ended() == 1
        assert server.log.count("citewell: there is no index in") == 1
        assert "Traceback" not in server.log
