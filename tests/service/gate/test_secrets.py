"""Planted secrets are looked for in everything that is printed, logged and answered."""

import json
import logging
from contextlib import closing
from pathlib import Path

import pytest

from service.keys.key import make_key
from service.keys.keyfile import read_keys
from service.keys.ring import KeyRing
from service.live import LiveEngine
from service.settings import Settings, read_settings
from service.web.gate.access import Access
from service.web.guard import Gate
from service.web.stopping import Stopping
from tests.fakes import LetterEmbedder
from tests.service.gate.conftest import Keys
from tests.service.gate.visits import visit
from tests.service.served import Served

QUESTION = "bab plantedquestion?"
LLM_KEY = "sk-plantedllmkey"


@pytest.fixture
def settings(small_index: Path) -> Settings:
    """An endpoint that nobody listens on: each answer tells of its failure."""
    return read_settings(
        {
            "CITEWELL_INDEX": str(small_index),
            "CITEWELL_LLM_URL": "http://127.0.0.1:9/v1",
            "CITEWELL_LLM_MODEL": "small",
            "CITEWELL_LLM_KEY": LLM_KEY,
            "CITEWELL_RATE": "1000",
        }
    )


@pytest.fixture
def engine(settings: Settings) -> LiveEngine:
    return LiveEngine(settings, LetterEmbedder())


def _told(served: Served, method: str, path: str, body: object, key: str | None) -> str:
    """Everything of an answer."""
    headers = {"Content-Type": "application/json"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    with closing(served.connect()) as connection:
        connection.request(method, path, json.dumps(body).encode(), headers)
        reply = connection.getresponse()
        return f"{reply.status} {reply.getheaders()} {reply.read().decode()}"


def _everything(served: Served, key: str | None) -> list[str]:
    """Answers and refusals that do not repeat the question by contract."""
    asked = f"/v1/documents?limit=x&q={QUESTION.replace(' ', '+')}&key={key}"
    return [
        _told(served, "GET", "/metrics", None, key),
        _told(served, "GET", "/openapi.json", None, key),
        _told(served, "GET", "/v1/documents", None, key),
        _told(served, "GET", asked, None, key),
        _told(served, "DELETE", "/v1/documents/d_1", None, key),
        _told(served, "POST", "/v1/ask", {"question": QUESTION, "top_k": QUESTION}, key),
        _told(served, "POST", "/v1/ask", {"question": [QUESTION]}, key),
        _told(served, "POST", "/v1/feedback", {"question": QUESTION, "verdict": QUESTION}, key),
        _told(served, "GET", "/nothing", None, key),
    ]


def test_neither_keys_nor_questions_are_told_or_logged(
    engine: LiveEngine,
    key_path: Path,
    keys: Keys,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = make_key("x", "read")[1]
    sent = (keys.read, keys.write, wrong, "cw_planted", None)
    with Served(engine) as served:  # until all is logged
        answers = [_told(served, "POST", "/v1/ask", {"question": QUESTION}, key) for key in sent]
        told = [each for key in sent for each in _everything(served, key)]
        engine.engine().index.texts.close()  # from here on, errors that nobody expects
        broken = _told(served, "POST", "/v1/ask", {"question": QUESTION}, keys.read)
    assert [answer[:3] for answer in answers] == ["200", "200", "401", "401", "401"]
    assert broken.startswith("500 ")
    printed = capfd.readouterr()
    logs = [caplog.text, printed.out, printed.err]
    assert "Traceback" in caplog.text  # of the unexpected error: something was logged
    digests = [key.sha256 for key in read_keys(key_path)]
    for secret in (LLM_KEY, keys.read, keys.write, wrong, "cw_planted", *digests):
        assert [text for text in [*answers, *told, broken, *logs] if secret in text] == []
    assert [text for text in [*told, broken, *logs] if "plantedquestion" in text] == []


def test_nothing_that_holds_a_secret_shows_it(
    settings: Settings, keys: Keys, key_path: Path
) -> None:
    bearing = visit([("host", "127.0.0.1"), ("authorization", f"Bearer {keys.read}")])
    gate = Gate(settings, Stopping())
    assert gate.refused(bearing) is None
    assert bearing.key is not None
    shown = [settings, settings.model_dump_json(), gate, Access(settings), KeyRing(key_path)]
    for text in (f"{each!r} {each}" for each in [*shown, bearing, bearing.key]):
        assert LLM_KEY not in text
        assert keys.read not in text
        assert bearing.key.sha256 not in text
