"""What an index holds, described. In: segments and their documents. Out: a Manifest.

Every count is a sum over documents or passages that the segments store, so that an updated
index describes itself as one made anew from the same documents.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from index.embed import ModelCard
from index.manifest import (
    FORMAT,
    Counts,
    EmbedderFacts,
    FileFacts,
    Manifest,
    SegmentFacts,
    SplitterFacts,
    TextForm,
)
from index.passage import Document, Span
from index.sentences import parts_of
from index.split import Splitter
from index.textfile import DocumentFacts
from index.tokens import ENCODING

_MARKS = re.compile(r"[.!?。！？]")
_FUNCTION_WORDS = re.compile(r"\b(?:a|and|of|the|to)\b", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]")
_CAPITALS, _SMALL = re.compile("[A-Z]"), re.compile("[a-z]")
_FORM = ("characters", "letters", "capitals", "digits", "marks", "words", "functional")


@dataclass(frozen=True, slots=True)
class Content:
    """What a generation consists of: segments, the facts of all documents, sums over all
    passages, and the folders of related words and of the exported model."""

    segments: Sequence[SegmentFacts]
    documents: Sequence[DocumentFacts]
    tokens: int
    pieces: int
    related: str
    model: str | None
    files: dict[str, FileFacts]


def describe(content: Content, card: ModelCard, splitter: Splitter, generation: int) -> Manifest:
    """The manifest of a generation."""
    facts = embedder_facts(card)
    cut = splitter_facts(splitter)
    by_path = sorted(content.documents, key=lambda document: document.path)
    sources = _digest((d.path, d.sha256) for d in by_path)
    return Manifest(
        format=FORMAT,
        citewell=version("citewell"),
        generation=generation,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        digest=_digest([sources, facts, cut, *((d.path, d.title, d.digest) for d in by_path)]),
        sources=sources,
        embedder=facts,
        splitter=cut,
        text_form=text_form(document.form for document in content.documents),
        counts=Counts(
            documents=len(content.documents),
            passages=sum(segment.passages for segment in content.segments),
            windows=sum(segment.windows for segment in content.segments),
            tokens=content.tokens,
            pieces=content.pieces,
            resplit=sum(document.resplit for document in content.documents),
            pieces_cut=0,
        ),
        segments=tuple(content.segments),
        related=content.related,
        model=content.model,
        files=content.files,
    )


def embedder_facts(card: ModelCard) -> EmbedderFacts:
    """What the manifest says of a model."""
    return EmbedderFacts(**asdict(card))


def splitter_facts(splitter: Splitter) -> SplitterFacts:
    """What the manifest says of how documents are split."""
    return SplitterFacts(encoding=ENCODING, **asdict(splitter))


def document_digest(document: Document, passages: Iterable[Span], windows: Iterable[Span]) -> str:
    """The sha256 of all that is stored of a document but its path and title, which change
    when its file is moved."""
    stored = (
        document.media_type,
        document.sha256,
        hashlib.sha256(document.text.encode()).hexdigest(),
        document.pages,
        document.headings,
    )
    spans = [[(span.start, span.end) for span in spans] for spans in (passages, windows)]
    # Only where there are any, so that indexes made before labels were read keep their digest.
    labels = [(document.date, document.tags)] if document.date or document.tags else []
    return _digest([stored, *spans, *labels])


def count_form(text: str) -> str:
    """How many characters of each kind a text has, as JSON that ``text_form`` reads."""
    total: Counter[str] = Counter()
    for part in parts_of(text):
        total.update(_counts(part))
    return json.dumps(dict.fromkeys(_FORM, 0) | total)


def _counts(text: str) -> dict[str, int]:
    plain = text.isascii()  # the same counts, faster
    capitals = len(_CAPITALS.findall(text)) if plain else sum(map(str.isupper, text))
    small = len(_SMALL.findall(text)) if plain else 0
    return {
        "characters": len(text),
        "letters": capitals + small if plain else sum(map(str.isalpha, text)),
        "capitals": capitals,
        "digits": len(_DIGITS.findall(text)) if plain else sum(map(str.isdigit, text)),
        "marks": len(_MARKS.findall(text)),
        "words": len(text.split()),
        "functional": len(_FUNCTION_WORDS.findall(text)),
    }


def text_form(forms: Iterable[str]) -> TextForm:
    """The shares that describe what texts look like; 0 for everything when there are none."""
    total = dict.fromkeys(_FORM, 0)
    for form in forms:
        for name, count in json.loads(form).items():
            total[name] += count
    return TextForm(
        capitals=round(total["capitals"] / max(1, total["letters"]), 4),
        digits=round(total["digits"] / max(1, total["characters"]), 4),
        marks=round(total["marks"] / max(1, total["words"]), 4),
        function_words=round(total["functional"] / max(1, total["words"]), 4),
    )


def _digest(values: Iterable[object]) -> str:
    digest = hashlib.sha256()
    for value in values:
        digest.update(repr(value).encode() + b"\n")
    return digest.hexdigest()
