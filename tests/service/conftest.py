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


def client_of(live: LiveEngine, url: str = "http://127.0.0.1:8000") -> TestClient:
    """A client of an application; an unexpected error is answered, not raised."""
    return TestClient(create_app(live), url, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of one application for all tests that change nothing of its index: to make one
    takes a third of a second."""
    index = index_of(tmp_path_factory.mktemp("steady"), {"one.txt": "Aaa bbb. Bab bab?"})
    with client_of(LiveEngine(Settings(index=index), LetterEmbedder())) as client:
        yield client


@pytest.fixture
def live(small_index: Path, letters: LetterEmbedder) -> LiveEngine:
    """An engine that follows ``small_index``."""
    return LiveEngine(Settings(index=small_index), letters)


@pytest.fixture
def client(live: LiveEngine) -> Iterator[TestClient]:
    """A client of the application over ``live``."""
    with client_of(live) as client:
        yield client
