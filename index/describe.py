"""What an index holds, described. In: the Content of a build. Out: its Manifest."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from index.embed import Embedder
from index.manifest import FORMAT, Counts, EmbedderFacts, Manifest, SplitterFacts, TextForm
from index.passage import Document, Passage, Span
from index.read import LeftOut
from index.split import Splitter
from index.store import files_below
from index.tokens import ENCODING


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into an index: ``windows`` by document id, and the files that do not."""

    documents: list[Document]
    passages: list[Passage]
    windows: dict[str, Sequence[Span]]
    resplit: int
    left_out: list[LeftOut]

    def window_texts(self) -> list[str]:
        """The text of every window, document by document."""
        return [d.text[w.start : w.end] for d in self.documents for w in self.windows[d.id]]


def describe(
    folder: Path, content: Content, embedder: Embedder, splitter: Splitter, generation: int
) -> Manifest:
    """The manifest of a generation whose files are all in ``folder``."""
    card = EmbedderFacts(**asdict(embedder.card))
    cut = SplitterFacts(encoding=ENCODING, **asdict(splitter))
    sources = _digest((d.path, d.sha256) for d in content.documents)
    return Manifest(
        format=FORMAT,
        citewell=version("citewell"),
        generation=generation,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        digest=_digest([sources, card, cut, *map(astuple, content.passages)]),
        sources=sources,
        embedder=card,
        splitter=cut,
        text_form=text_form(d.text for d in content.documents),
        counts=_counts(content, embedder),
        files=files_below(folder),
    )


def _counts(content: Content, embedder: Embedder) -> Counts:
    windows = content.window_texts()
    coarse = embedder.count_pieces([passage.text for passage in content.passages])
    pieces = coarse + embedder.count_pieces(windows)
    cut = sum(max(0, count - embedder.card.max_pieces) for count in pieces)
    return Counts.model_validate(
        {
            "documents": len(content.documents),
            "passages": len(content.passages),
            "tokens": sum(passage.tokens for passage in content.passages),
            "windows": len(windows),
            "pieces": sum(coarse),
            "resplit": content.resplit,
            "pieces_cut": cut,
        }
    )


def text_form(texts: Iterable[str]) -> TextForm:
    """The shares that describe what texts look like; 0 for everything when there are none."""
    characters = letters = capitals = digits = marks = words = functional = 0
    for text in texts:
        characters += len(text)
        letters += sum(map(str.isalpha, text))
        capitals += sum(map(str.isupper, text))
        digits += sum(map(str.isdigit, text))
        marks += len(re.findall(r"[.!?。！？]", text))
        words += len(text.split())
        functional += len(re.findall(r"\b(?:a|and|of|the|to)\b", text, re.IGNORECASE))
    return TextForm(
        capitals=round(capitals / max(1, letters), 4),
        digits=round(digits / max(1, characters), 4),
        marks=round(marks / max(1, words), 4),
        function_words=round(functional / max(1, words), 4),
    )


def _digest(values: Iterable[object]) -> str:
    digest = hashlib.sha256()
    for value in values:
        digest.update(repr(value).encode() + b"\n")
    return digest.hexdigest()
