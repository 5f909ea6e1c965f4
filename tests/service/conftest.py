"""The HTTP application in this process, over ``small_index`` and the letter embedder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import LetterEmbedder
from tests.service.corpora import index_of


@pytest.fixture(scope="session")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of one application for all tests that change nothing of its index: to make one
    takes a third of a second."""
    index = index_of(tmp_path_factory.mktemp("steady"), {"one.txt": "Aaa bbb. Bab bab?"})
    with TestClient(
        create_app(LiveEngine(Settings(index=index), LetterEmbedder())),
        "http://127.0.0.1:8000",
        raise_server_exceptions=False,
    ) as client:
        yield client


@pytest.fixture
def live(small_index: Path, letters: LetterEmbedder) -> LiveEngine:
    """An engine that follows ``small_index``."""
    return LiveEngine(Settings(index=small_index), letters)


@pytest.fixture
def client(live: LiveEngine) -> Iterator[TestClient]:
    """A client of the application; an unexpected error is answered, not raised."""
    with TestClient(
        create_app(live), "http://127.0.0.1:8000", raise_server_exceptions=False
    ) as client:
        yield client
