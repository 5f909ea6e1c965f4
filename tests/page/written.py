"""A service whose answers a language model writes. In: texts, a played endpoint. Out: its URL."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from service.live import LiveEngine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.service.calibrations import calibration_file
from tests.service.corpora import index_of
from tests.service.served import Served
from tests.service.writing.played import Played


@contextmanager
def written_service(root: Path, texts: Mapping[str, str], played: Played) -> Iterator[str]:
    """Serve the texts; sentences that nothing supports are marked."""
    stated = {
        "index": index_of(root, texts),
        "calibration": calibration_file(root / "mine"),
        "llm_url": played.url,
        "llm_model": "small",
        "llm_unsupported": "mark",
    }
    with Served(LiveEngine(Settings.model_validate(stated), LetterEmbedder())) as served:
        yield served.url
