"""Applications behind the gate: where none needs a key, and where keys are demanded."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.keys.keyfile import add_key
from service.live import LiveEngine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.service.conftest import client_of

URL = "http://127.0.0.1:8000"
Serve = Callable[..., TestClient]


@dataclass(frozen=True, slots=True)
class Keys:
    """What clients send: a key that reads, one that writes."""

    read: str
    write: str


def bearer(key: str) -> dict[str, str]:
    """The header that sends a key."""
    return {"authorization": f"Bearer {key}"}


@pytest.fixture
def key_path(small_index: Path) -> Path:
    """Where the keys of ``small_index`` are."""
    return small_index.with_name("index.keys.json")


@pytest.fixture
def keys(key_path: Path) -> Keys:
    """Two keys, and with them the file that demands them."""
    return Keys(add_key(key_path, "reader", "read"), add_key(key_path, "writer", "write"))


@pytest.fixture
def serve(small_index: Path, letters: LetterEmbedder) -> Serve:
    """Make a client of an application with these settings."""

    def serve_with(url: str = URL, **settings: object) -> TestClient:
        live = LiveEngine(Settings.model_validate({"index": small_index, **settings}), letters)
        return client_of(live, url)

    return serve_with
