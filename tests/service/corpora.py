"""Small corpora for the tests of the service. In: texts by path. Out: an index, an Engine."""

import json
from collections.abc import Mapping
from pathlib import Path

from index.build import build_index, remove_documents
from index.split import Splitter
from service.engine import Engine, open_engine
from service.ranking.pool import FEATURES
from service.settings import Settings
from tests.fakes import LetterEmbedder

# Four passages of one sentence. Asked "aa bb", the first is nearest by letters and shares no
# word, the second shares both words, the third one word, the last nothing.
FOUR = {"1.txt": "abab", "2.txt": "aa bb cccc", "3.txt": "aa dd", "4.txt": "ffff"}


def index_of(root: Path, texts: Mapping[str, str], splitter: Splitter | None = None) -> Path:
    """Index the texts by the letter embedder; returns the index's folder."""
    source = root / "source"
    for path, text in texts.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes(text.encode())
    build_index([source], root / "index", LetterEmbedder(), splitter)
    return root / "index"


def engine_of(
    root: Path,
    texts: Mapping[str, str],
    splitter: Splitter | None = None,
    **settings: float | str | Path,
) -> Engine:
    """An engine on the texts, with these settings."""
    index = index_of(root, texts, splitter)
    return open_engine(Settings.model_validate({"index": index, **settings}), LetterEmbedder())


def emptied(root: Path, **settings: float) -> Engine:
    """An engine on an index whose only document was removed."""
    index = index_of(root, {"a.txt": "Aaa bbb."})
    remove_documents(["a.txt"], index, LetterEmbedder())
    return open_engine(Settings.model_validate({"index": index, **settings}), LetterEmbedder())


def ranking_file(root: Path, **weights: float) -> Path:
    """A file of ranking weights below ``root``; what is not named weighs nothing."""
    root.mkdir(parents=True, exist_ok=True)
    file = root / "ranking.json"
    content = {"weights": dict.fromkeys(FEATURES, 0.0) | weights}
    file.write_text(json.dumps(content), "utf-8")
    return file


def words_without_marks(count: int) -> str:
    """Different words of the letters a to h, without any sentence mark."""
    letters = "abcdefgh"
    return " ".join(
        letters[n % 8] + letters[n // 8 % 8] + letters[n // 64 % 8] + letters[n * 5 % 8]
        for n in range(count)
    )
