"""A round of the attacks that ``python -m tests.service.fuzz_socket`` makes at length."""

import logging
import os
import random

import pytest

from service.live import LiveEngine
from tests.service.fuzz_socket import ATTACKS, answers, attack, open_files, settled
from tests.service.served import Served


def test_whatever_bytes_come_the_next_question_is_answered(
    live: LiveEngine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    draw = random.Random(7)
    with Served(live) as served:
        assert answers(served.port)
        before = open_files(os.getpid())
        done = {attack(served.port, draw).partition(",")[0] for _ in range(60)}
        assert answers(served.port)
        assert settled(os.getpid(), before) <= before
    assert done == {made.__name__ for made in ATTACKS}
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert "no request: 400 not-http" in caplog.text
