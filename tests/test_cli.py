"""The commands as one types them: what they print and how they exit."""

import json
import os
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from service.engine import Engine
from tests.conftest import CITEWELL, SEEDS

QUESTION = "Did the Soviets want a warm water port?"


def _citewell(
    cwd: Path, *arguments: str | Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CITEWELL, *arguments],
        cwd=cwd,
        env=os.environ | environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def _check_told(done: subprocess.CompletedProcess[str], code: int, *parts: str) -> None:
    """The command ended with this code and said these words, without a traceback."""
    told = " ".join(done.stderr.split())
    assert done.returncode == code, told
    assert all(part in told for part in parts), told
    assert "Traceback" not in told


def test_help_lists_the_commands(tmp_path: Path) -> None:
    done = _citewell(tmp_path, "--help")
    assert done.returncode == 0
    assert all(f" {name} " in done.stdout for name in ("index", "ask", "serve", "eval", "doctor"))


@pytest.mark.parametrize("command", ["index", "ask", "serve", "eval", "doctor"])
def test_every_command_has_help(tmp_path: Path, command: str) -> None:
    done = _citewell(tmp_path, command, "--help")
    assert done.returncode == 0
    assert f"citewell {command}" in done.stdout


def test_an_unknown_command_is_wrong_use(tmp_path: Path) -> None:
    _check_told(_citewell(tmp_path, "answer"), 2, "No such command 'answer'")


def test_an_unknown_option_is_wrong_use(tmp_path: Path) -> None:
    _check_told(_citewell(tmp_path, "ask", "a", "--nothing"), 2, "No such option")


@pytest.mark.parametrize("question", ["", "  "])
def test_an_empty_question_is_wrong_use(tmp_path: Path, question: str) -> None:
    done = _citewell(tmp_path, "ask", question)
    _check_told(done, 2, "citewell: question: is empty; ask something")


def test_an_impossible_number_of_passages_is_wrong_use(tmp_path: Path) -> None:
    _check_told(_citewell(tmp_path, "ask", "a", "--top-k", "51"), 2, "top_k: is 51")


def test_ask_without_an_index_says_how_to_make_one(tmp_path: Path) -> None:
    done = _citewell(tmp_path, "ask", QUESTION)
    _check_told(done, 1, "there is no index in .citewell/index", "make one with `citewell index")
    assert done.stdout == ""


def test_serve_without_an_index_says_how_to_make_one(tmp_path: Path) -> None:
    done = _citewell(tmp_path, "serve", "--port", "0", "--index", "nowhere")
    _check_told(done, 1, "there is no index in nowhere", "--out nowhere")


def test_doctor_without_an_index_has_bad_news(tmp_path: Path) -> None:
    done = _citewell(tmp_path, "doctor")
    assert done.returncode == 1
    assert "there is no index in .citewell/index" in done.stdout


def test_a_mistyped_variable_is_refused(tmp_path: Path) -> None:
    done = _citewell(tmp_path, "ask", QUESTION, CITEWELL_POT="1")
    _check_told(done, 2, "CITEWELL_POT is no setting", "CITEWELL_PORT")


def test_an_impossible_port_is_refused(tmp_path: Path) -> None:
    _check_told(_citewell(tmp_path, "serve", "--port", "70000"), 2, "CITEWELL_PORT is 70000")


def test_eval_of_a_bad_file_names_its_lines(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"id": "a"}\nnot JSON\n', "utf-8")
    done = _citewell(tmp_path, "eval", "bad.jsonl")
    _check_told(done, 2, "bad.jsonl cannot be used", "line 1: question", "line 2: Invalid JSON")


def test_eval_of_a_missing_file_is_wrong_use(tmp_path: Path) -> None:
    _check_told(_citewell(tmp_path, "eval", "none.jsonl"), 2, "none.jsonl cannot be read")


def test_eval_without_an_index_says_how_to_make_one(tmp_path: Path) -> None:
    done = _citewell(tmp_path, "eval", SEEDS / "questions.jsonl")
    _check_told(done, 1, "there is no index in .citewell/index")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port of this machine that someone listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_taken_port_is_told_at_once(tmp_path: Path, seed_index: Path, taken: int) -> None:
    start = time.monotonic()
    done = _citewell(tmp_path, "serve", "--index", seed_index, "--port", str(taken))
    # Loading the model alone takes longer than this on a busy machine.
    assert time.monotonic() - start < 20
    _check_told(done, 2, f"cannot listen on 127.0.0.1:{taken}", "choose another with --port")


@pytest.mark.model
def test_of_two_servers_started_at_once_on_a_port_one_serves(seed_index: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(CITEWELL), "serve", "--index", str(seed_index), "--port", str(port)]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        while all(process.poll() is None for process in both):
            time.sleep(0.2)
        (lost,) = [process for process in both if process.poll() is not None]
        told = lost.communicate()[1]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=60) as reply:
            assert reply.status == 200
    finally:
        for process in both:
            process.terminate()
            process.communicate(timeout=20)
    assert "Traceback" not in told
    assert f"cannot listen on 127.0.0.1:{port}" in told
    assert lost.returncode == 2


@pytest.mark.model
def test_ask_json_is_the_body_of_the_api(
    tmp_path: Path, seed_index: Path, seed_engine: Engine
) -> None:
    done = _citewell(tmp_path, "ask", QUESTION, "--json", "--top-k", "3", "--index", seed_index)
    assert done.returncode == 0
    response = json.loads(done.stdout)
    expected = json.loads(json.dumps(asdict(seed_engine.ask(QUESTION, 3))))
    assert response | {"timings_ms": {}} == expected | {"timings_ms": {}}
    assert response["timings_ms"].keys() == expected["timings_ms"].keys()


@pytest.mark.model
def test_ask_prints_the_answer_and_where_it_stands(
    tmp_path: Path, seed_index: Path, seed_engine: Engine
) -> None:
    response = seed_engine.ask(QUESTION, 2)
    done = _citewell(tmp_path, "ask", QUESTION, "--top-k", "2", CITEWELL_INDEX=str(seed_index))
    assert done.returncode == 0
    assert all(
        f"“{quote.text}” [{quote.citation}]" in done.stdout for quote in response.answer.quotes
    )
    for p in response.passages:
        place = f"[{p.rank}] '{p.document.path}', characters {p.start} to {p.end}"
        assert place in done.stdout
        assert p.text in done.stdout


@pytest.mark.model
def test_explain_tells_what_each_value_adds_and_it_adds_up(
    tmp_path: Path, seed_index: Path, seed_engine: Engine
) -> None:
    found = seed_engine.ask(QUESTION, 2).passages
    done = _citewell(tmp_path, "ask", QUESTION, "--top-k", "2", "--explain", "--index", seed_index)
    assert done.returncode == 0
    added = [float(part) for part in re.findall(r"adds (\d\.\d{4})", done.stdout)]
    whole = [float(value) for value in re.findall(r"all together +(\d\.\d{4})", done.stdout)]
    assert whole == pytest.approx([p.scores.fused for p in found], abs=1e-4)
    parts = len(added) // 2
    sums = [sum(added[:parts]), sum(added[parts:])]
    assert parts == len(found[0].scores.parts)
    assert sums == pytest.approx(whole, abs=1e-3)
    assert all(f"rank {p.scores.dense_rank}" in done.stdout for p in found)


@pytest.mark.model
def test_indexing_what_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    _check_told(_citewell(tmp_path, "index", "nowhere"), 2, "nowhere")
    assert not (tmp_path / ".citewell").exists()
