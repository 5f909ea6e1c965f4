"""What a citation's id stands for. In: a Reference, an Index, its other generations. Out: the
text with where it stands, and whether the document still says so.

The generation that answers is looked in first, then the others, the newest first. What is
given has the digest that the id names, and was proved as every citation is.
"""

from contextlib import closing
from dataclasses import dataclass

from index.earlier import EarlierTexts
from index.errors import IndexDamaged
from index.generation import Index
from index.library import Texts
from index.passage import Span, text_digest
from index.textfile import DocumentFacts
from index.texts import Place
from service.answer import DocumentRef, IndexRef
from service.citing.occurring import nearest_occurrences
from service.citing.prove import prove
from service.citing.reference import Reference, parse_reference
from service.citing.resolved import MOST_PLACES, ResolvedCitation, Status, told
from service.errors import CitationIdInvalid, CitationMismatch, CitationMissing


@dataclass(frozen=True, slots=True)
class _Held:
    """The cited text, proved, and what its generation tells of it."""

    text: str
    document: DocumentFacts
    place: Place
    generation: int


def read_reference(identity: str) -> Reference:
    """What an id cites; raises ``CitationIdInvalid`` for any other string."""
    reference = parse_reference(identity)
    if reference is None:
        raise CitationIdInvalid(
            f"{identity!r} is no citation's id; take the id of a passage, as an answer gives it"
        )
    return reference


def resolve(reference: Reference, index: Index, earlier: EarlierTexts) -> ResolvedCitation:
    """The text that was cited, from the newest generation that holds it.

    Raises ``CitationMissing`` when none does, and ``CitationMismatch`` when stored text is not
    what was indexed or a damaged generation is the only one that may hold it.
    """
    generation = index.manifest.generation
    held = _held(index.texts, reference, generation) or _held_earlier(reference, index, earlier)
    status, now = _standing(held, reference, index)
    document = held.document
    return ResolvedCitation(
        id=reference.id,
        text=held.text,
        document=DocumentRef(
            document.id, document.path, document.title, document.sha256, document.media_type
        ),
        start=reference.start,
        end=reference.end,
        page=held.place.page,
        headings=held.place.headings,
        sha256=text_digest(held.text),
        generation=held.generation,
        status=status,
        now=now,
        note=told(status, now, held.generation),
        index=IndexRef(generation, index.manifest.digest),
    )


def _held(texts: Texts, reference: Reference, generation: int) -> _Held | None:
    """What is cited, if these texts hold it there."""
    facts = texts.facts(reference.document)
    if facts is None or reference.end > facts.length:
        return None
    # Proved first: text that was damaged shall not pass for a document that has changed.
    text = prove(texts, reference.document, reference.span)
    if not reference.holds(text):
        return None
    return _Held(text, facts, texts.place(reference.document, reference.start), generation)


def _held_earlier(reference: Reference, index: Index, earlier: EarlierTexts) -> _Held:
    known = index.texts.facts(reference.document)
    try:
        with closing(earlier.walk(index.manifest)) as walk:
            for generation, texts in walk:
                if held := _held(texts, reference, generation):
                    return held
                known = known or texts.facts(reference.document)
    except IndexDamaged as error:
        raise CitationMismatch(
            f"no sound generation holds the text of citation {reference.id}, and one is damaged: "
            f"{error}"
        ) from error
    raise CitationMissing(_why_missing(reference, known))


def _why_missing(reference: Reference, known: DocumentFacts | None) -> str:
    if known is None:
        return (
            f"no generation of this index holds a document {reference.document!r}: it was never "
            "indexed here, or every generation that held it was removed; ask the index that gave "
            "this citation"
        )
    return (
        f"no generation of this index holds the text that was cited at characters "
        f"{reference.start} to {reference.end} of {known.path!r}: the document has changed and "
        "the generation that held the text was removed, or it never said so; ask again"
    )


def _standing(held: _Held, reference: Reference, index: Index) -> tuple[Status, tuple[Span, ...]]:
    """How the document of the generation that answers compares, and where it has the text."""
    if held.generation == index.manifest.generation:
        return "current", (reference.span,)
    facts = index.texts.facts(reference.document)
    if facts is None:
        return "gone", ()
    whole = index.texts.cut(reference.document, Span(0, facts.length))
    now = nearest_occurrences(whole, held.text, reference.start, MOST_PLACES)
    for place in now:
        prove(index.texts, reference.document, place)
    return "moved" if now else "changed", now
