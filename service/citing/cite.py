"""The citation as it is sent. In: a Proved candidate. Out: a CitedPassage."""

from collections.abc import Sequence

from index.passage import Span
from index.texts import Place
from service.answer import CitedPassage, DocumentRef
from service.citing.prove import Proved
from service.citing.reference import reference_to


def cited_passage(
    proved: Proved, rank: int, highlights: Sequence[Span], score: float, tokens: int, place: Place
) -> CitedPassage:
    """The passage with this rank; ``place`` is that of its first character."""
    document, span = proved.document, proved.candidate.span
    return CitedPassage(
        rank=rank,
        id=reference_to(document.id, span, proved.text).id,
        document=DocumentRef(
            document.id, document.path, document.title, document.sha256, document.media_type
        ),
        start=span.start,
        end=span.end,
        page=place.page,
        headings=place.headings,
        text=proved.text,
        highlights=tuple(highlights),
        score=score,
        scores=proved.candidate.scores,
        tokens=tokens,
        verified=True,
    )
