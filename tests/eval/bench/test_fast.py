"""Figures beside a baseline: ratios, goals and how they are told; servers that are timed."""

import json
import sys
from pathlib import Path

import pytest

from eval.bench.baseline import floor_rate
from eval.bench.fast import Figure, Step
from eval.bench.fast_report import draw_fast, fast_json, fast_table, steps_table
from eval.bench.served import running
from index.minilm import model_folder

FASTER = Figure("one question", "ms", 2.5, 10.0, 4)
SLOWER = Figure("questions a second", "1/s", 30.0, 20.0, 5, higher_is_better=True)
ALONE = Figure("growth", "times", 2.0, None, 2.5)
INDEXING = Figure("indexing", "1/s", 500.0, 250.0, 3, higher_is_better=True, floor=1000.0)
STEP = Step("rank", 8.125, 7.0)
SERVER = """
import http.server, sys
class Ready(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self): self.answer()
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"])); self.answer()
    def answer(self):
        body = b'{"timings_ms": {"rank": 1.5}}'
        self.send_response(200); self.send_header("Content-Length", str(len(body)))
        self.end_headers(); self.wfile.write(body)
http.server.ThreadingHTTPServer.request_queue_size = 64
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""


def test_ratios_say_how_many_times_better() -> None:
    assert [each.ratio for each in (FASTER, SLOWER, ALONE)] == [4.0, 1.5, None]
    assert [each.reached for each in (FASTER, SLOWER, ALONE)] == [True, False, True]


def test_the_table_tells_what_is_missed_and_the_floor() -> None:
    lines = fast_table([FASTER, SLOWER, ALONE, INDEXING]).splitlines()
    assert lines[2] == "| one question | ms | 2.5 | 10 | 4.00 | 4 |  |"
    assert lines[3] == "| questions a second | 1/s | 30 | 20 | 1.50 | 5, missed |  |"
    assert lines[4] == "| growth | times | 2 |  |  | 2.5 |  |"
    assert lines[5] == "| indexing | 1/s | 500 | 250 | 2.00 | 3, missed | 1000 (50%) |"


def test_steps_are_told_with_reading_and_without() -> None:
    assert steps_table([STEP]).splitlines()[2] == "| rank | 8.12 | 7.00 |"


def test_json_and_plot_hold_every_figure(tmp_path: Path) -> None:
    told = json.loads(fast_json([FASTER, ALONE], [STEP]))
    assert told["steps"] == [{"name": "rank", "reading": 8.125, "unread": 7.0}]
    assert [(each["name"], each["ratio"]) for each in told["figures"]] == [
        ("one question", 4),
        ("growth", None),
    ]
    draw_fast([FASTER, SLOWER, ALONE], tmp_path / "plot.svg")
    assert "<svg" in (tmp_path / "plot.svg").read_text("utf-8")


def test_a_server_is_started_timed_and_stopped(tmp_path: Path) -> None:
    script = tmp_path / "server.py"
    script.write_text(SERVER, "utf-8")
    with running([sys.executable, script]) as server:
        assert server.start > 0
        assert server.ask("who?") > 0
        steps = server.steps("who?")
        assert steps.pop("request") > 0
        assert steps == {"rank": 1.5}
        assert server.per_second(["who?", "what?"], 0.2) > 0
        assert 1 < server.resident() < 500
    with pytest.raises(OSError, match="refused"):
        server.ask("who?")


def test_a_server_that_does_not_start_is_told() -> None:
    command = [sys.executable, "-c", "raise SystemExit(1)"]
    with pytest.raises(RuntimeError, match="did not start; start it by hand"), running(command):
        pass


@pytest.mark.model
def test_the_floor_is_a_rate() -> None:
    assert floor_rate(model_folder(), 0.05) > 100
