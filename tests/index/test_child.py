"""The parent's side of the parsing process, against one that does not keep to the rules."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from index.child import Child, ChildLost, Reply, check_reply
from index.formats.parsed import Parsed
from index.limits import MIB, Limits

START = "import os, sys, time; read = sys.stdin.buffer.read; write = lambda b: os.write(1, b)\n"
LENGTH = "length = lambda b: len(b).to_bytes(8, 'big') + b\n"
ASKED = "[read(int.from_bytes(read(8), 'big')) for _ in range(2)]\n"
GOOD = 'write(length(b\'{"parsed": {"text": "good"}}\'))\n'


@contextmanager
def child(code: str, seconds: float = 5) -> Iterator[Child]:
    made = Child(Limits(seconds=seconds, text=MIB), ("-c", START + LENGTH + code))
    try:
        yield made
    finally:
        made.close()


def test_one_that_keeps_to_the_rules_is_kept() -> None:
    with child((ASKED + GOOD) * 2 + "read()") as made:
        assert made.ask("text/x", b"1") == Reply(Parsed("good"))
        assert made.is_ready()
        assert made.ask("text/x", b"") == Reply(Parsed("good"))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (ASKED + "write(b'\\xff' * 100); read()", "answer out of order"),
        (ASKED + "write(length(b'{')); read()", "answer out of order"),
        (GOOD + "time.sleep(600)", "answer out of order"),
        (ASKED + "sys.exit(3)", r"made the reader stop \(exit status 3\)"),
        ("os.close(0); os.close(1); time.sleep(60)", "made the reader stop"),
        (ASKED + "write(length(b'{}')[:9]); os._exit(0)", r"stop \(exit status 0\)"),
        (ASKED + "os.abort()", r"made the reader stop \(SIGABRT\)"),
    ],
)
def test_one_that_does_not_is_ended(code: str, reason: str) -> None:
    with child(code) as made:
        with pytest.raises(ChildLost, match=reason):
            made.ask("text/x", bytes(5_000_000))
        assert made.returned


@pytest.mark.parametrize(
    "code",
    [
        ASKED + "write((1000).to_bytes(8, 'big'))\nwhile True: write(b'.'); time.sleep(0.01)",
        "time.sleep(600)",
    ],
)
def test_one_that_never_ends_its_answer_runs_out_of_time(code: str) -> None:
    started = time.monotonic()
    with child(code, seconds=0.5) as made, pytest.raises(ChildLost, match=r"longer than 0\.5 s"):
        made.ask("text/x", bytes(5_000_000))
    assert time.monotonic() - started < 60  # it ended by itself


def test_one_that_says_more_than_it_was_asked_is_not_asked_again() -> None:
    with child(ASKED + GOOD + GOOD + "time.sleep(60)") as made:
        assert made.ask("text/x", b"1") == Reply(Parsed("good"))
        time.sleep(0.2)
        assert not made.is_ready()


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"{}",
        b"\xff",
        b'{"parsed": null, "refused": null}',
        b'{"parsed": {"text": "a"}, "refused": "b"}',
        b'{"parsed": {"text": 1}}',
        b'{"parsed": {"text": "\\ud800"}}',
        b'{"parsed": {"text": "a", "pages": [2]}}',
        b'{"parsed": {"text": "a", "headings": [{"start": -1, "level": 1, "title": "a"}]}}',
    ],
)
def test_an_answer_that_does_not_fit_is_not_believed(reply: bytes) -> None:
    with pytest.raises(ChildLost, match="answer out of order"):
        check_reply(reply)


def test_a_reason_cannot_play_with_the_terminal() -> None:
    reason = check_reply(b'{"refused": "\\u001b[2Jx\\n' + b"y" * 1000 + b'"}').refused
    assert reason is not None
    assert reason.startswith(" [2Jx y")
    assert len(reason) == 500


def test_descriptors_beyond_a_thousand_are_waited_for() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken: list[int] = []
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        while not taken or taken[-1] < 1024:
            taken.append(os.open(os.devnull, os.O_RDONLY))
        with child((ASKED + GOOD) + "read()") as made:
            assert made.is_ready()
            assert made.ask("text/x", b"1") == Reply(Parsed("good"))
    finally:
        for descriptor in taken:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_secrets_of_the_environment_are_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWELL_LLM_KEY", "planted")
    monkeypatch.setenv("DATABASE_PASSWORD", "planted")
    code = ASKED + "import json\nwrite(length(json.dumps({'refused': str(os.environ)}).encode()))\n"
    with child(code) as made:
        told = made.ask("text/html", b"a").refused
    assert told is not None
    assert "PYTHONPATH" in told
    assert "planted" not in told
