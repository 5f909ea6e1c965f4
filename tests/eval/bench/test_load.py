"""A load on a real server process, and the figures of loads that are made up."""

import asyncio
import json
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from typer.testing import CliRunner

from citewell import app
from eval.bench.limit import ModelLimit
from eval.bench.load import Exchange, Extent, Load, Target, put_load
from eval.bench.load_report import Figure, LoadFigures, figures_of, load_table
from eval.bench.memory import of_process, told_memory
from eval.errors import AskerGone, LoadInvalid
from service.keys.keyfile import add_key
from service.settings import Settings
from tests.service.processes import Process, running

ASKED = ["bead", "dead beef", "a cab"]


@pytest.fixture
def server(small_index: Path, tmp_path: Path) -> Iterator[Process]:
    """A running server."""
    with running(small_index, tmp_path / "hold") as process:
        yield process


async def unknown() -> int | None:
    """No memory is known."""
    return None


def put(target: Target, connections: int, extent: Extent) -> Load:
    return asyncio.run(put_load(target, connections, extent, unknown))


def test_so_many_requests_are_asked_and_all_answered(server: Process) -> None:
    memory = of_process(server.process.pid)
    target, extent = Target(server.url, ASKED), Extent(60, requests=50, warm_up=0.2)
    load = asyncio.run(put_load(target, 4, extent, memory))
    assert 50 <= len(load.exchanges) <= 53  # each client ends what it has begun
    assert load.endings == {"200": len(load.exchanges)}
    assert all(0 <= e.asked < e.answered for e in load.exchanges)
    assert load.memory[-1][0] == 1.0
    assert all(10e6 < size < 10e9 for _, size in load.memory)


def test_refusals_are_told_by_status(small_index: Path, tmp_path: Path) -> None:
    with running(small_index, tmp_path / "hold", rate="5") as server:
        load = put(Target(server.url, ASKED), 1, Extent(60, requests=30, warm_up=0))
    assert load.endings["429"] >= 25
    assert set(load.endings) <= {"200", "429"}
    assert figures_of(load).lost == 0


def test_a_key_is_sent(small_index: Path, tmp_path: Path) -> None:
    key = add_key(small_index.with_name("index.keys.json"), "reader", "read")
    with running(small_index, tmp_path / "hold") as server:
        extent = Extent(60, requests=5, warm_up=0)
        assert set(put(Target(server.url, ASKED, key), 1, extent).endings) == {"200"}
        assert set(put(Target(server.url, ASKED), 1, extent).endings) == {"401"}


def test_what_a_dying_server_had_in_work_is_lost(server: Process, tmp_path: Path) -> None:
    (tmp_path / "hold").touch()

    def kill() -> None:
        server.wait_for("held")
        server.signal(signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    load = put(Target(server.url, ["slow"]), 2, Extent(2, warm_up=0))
    killer.join()
    assert load.endings["200"] == 0
    assert load.endings["ConnectError"] >= 1  # nobody is there any more
    assert load.endings["RemoteProtocolError"] + load.endings["ReadError"] == 2
    assert figures_of(load).lost == len(load.exchanges)


def test_no_server_is_told() -> None:
    with pytest.raises(AskerGone, match=r"is not ready .*start it with `citewell serve`"):
        put(Target("http://127.0.0.1:9", ASKED), 1, Extent(1))


def test_figures_of_an_even_load() -> None:
    """100 requests a second of 10 ms each, but for every fiftieth, which takes a second."""
    exchanges = [
        Exchange((n - 0.5) / 100 - (1.0 if n % 50 == 0 else 0.01), (n - 0.5) / 100, "200")
        for n in range(1, 2001)
    ]
    memory = [(0.0, 5_000_000), (0.3, 9_000_000), (0.6, 7_000_000), (1.0, 6_000_000)]
    made = figures_of(Load(2, 20.0, [*exchanges, Exchange(1, 2, "503")], memory))
    assert made.per_second == Figure(100, 100, 100)
    values = (made.p50_ms.value, made.p50_ms.low, made.p95_ms.value, made.p99_ms.value)
    assert values == pytest.approx((10, 10, 10, 1000))
    assert made.endings == {"200": 2000, "503": 1}
    assert made.lost == 0
    assert list(made.memory_mb) == [5, 9, 7, 6, 6]
    assert made.peak_mb == 9


def test_where_slices_hold_too_little_there_is_no_interval() -> None:
    exchanges = [Exchange(n, n + 0.5, "200") for n in range(20)]
    made = figures_of(Load(1, 20.0, exchanges, []))
    assert made.p99_ms == Figure(500)
    assert made.memory_mb == (None,) * 5
    nothing = figures_of(Load(1, 20.0, [Exchange(0, 1, "ReadError")], []))
    assert (nothing.p50_ms, nothing.per_second.value, nothing.lost) == (Figure(None), 0, 1)


def test_a_row_tells_all() -> None:
    figure = Figure(12.34, 11.0, 13.0)
    made = LoadFigures(
        8,
        60,
        740,
        figure,
        Figure(5.0),
        Figure(None),
        figure,
        {"200": 738, "503": 1, "ReadError": 1},
        1,
        (1, 2, None, 3, 4),
        5,
    )
    assert load_table([made]).splitlines()[2] == (
        "| 8 | 740 | 12.3 (11.0 to 13.0) | 5.0 | - | 12.3 (11.0 to 13.0) "
        "| 1 x 503, 1 x ReadError | 1 | 1, 2, -, 3, 4 | 5 | - |"
    )
    beside = replace(made, models_per_second=24.68)
    assert load_table([beside]).splitlines()[2].endswith(" | 5 | 24.7 (50%) |")


class Heard(BaseHTTPRequestHandler):
    """Answers each question with itself, and notes it."""

    protocol_version = "HTTP/1.1"
    heard: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.heard.append(json.loads(body)["question"])
        self._answer(body)

    def do_GET(self) -> None:
        self._answer(b"{}")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


def test_no_question_is_asked_twice() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Heard) as listening:
        threading.Thread(target=listening.serve_forever, args=[0.02], daemon=True).start()
        url = f"http://127.0.0.1:{listening.server_port}"
        load = put(Target(url, ASKED), 1, Extent(60, requests=8, warm_up=0))
        listening.shutdown()
    assert load.endings == {"200": 8}
    assert Heard.heard == [*ASKED, *(f"{q} (2)" for q in ASKED), *(f"{q} (3)" for q in ASKED[:2])]


@pytest.mark.model
def test_the_models_alone_are_asked_what_the_service_asks_them(seed_index: Path) -> None:
    limit = ModelLimit(Settings(index=seed_index, at_once=2), ["Who met Stalin?", "Which port?"])
    try:
        reached = limit.per_second(5, 0.5)
    finally:
        limit.close()
    assert reached > 0
    with pytest.raises(LoadInvalid, match="there are no questions"):
        ModelLimit(Settings(index=seed_index), [])


def test_the_memory_of_several_workers_is_their_sum() -> None:
    name = "process_resident_memory_bytes"
    text = f'# TYPE {name} gauge\n{name}{{worker="0"}} 1.5e+06\n{name}{{worker="1"}} 2e+06\n'
    assert told_memory(text) == 3_500_000
    assert told_memory("# TYPE a gauge\na 1\n") is None


def test_a_process_that_has_ended_has_no_memory() -> None:
    assert asyncio.run(of_process(2**22 + 1)()) is None
    assert (asyncio.run(of_process(os.getpid())()) or 0) > 10e6


def test_the_command_prints_a_table_and_writes_json(server: Process, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    line = {"id": "q", "question": "bead", "answerable": False, "expected": []}
    questions.write_text(json.dumps(line) + "\n", "utf-8")
    out = tmp_path / "load.json"
    command = ["eval", "load", server.url, "--questions", str(questions), "--out", str(out)]
    command += ["--connections", "1", "--connections", "3", "--requests", "20"]
    done = CliRunner().invoke(app, [*command, "--pid", str(server.process.pid)])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("| connections | requests | per second |")
    assert "coordinated omission" in done.stdout
    written = json.loads(out.read_text("utf-8"))
    assert [each["connections"] for each in written["loads"]] == [1, 3]
    assert all(each["lost"] == 0 for each in written["loads"])
    assert all(each["endings"]["200"] == each["requests"] for each in written["loads"])
    again = CliRunner().invoke(app, command)
    assert again.exit_code == 2
    assert "remove it, or name another file with --out" in again.stderr
