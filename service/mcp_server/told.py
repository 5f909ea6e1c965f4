"""Records as text. In: what a tool gives. Out: the same for who reads no structured content."""

from collections.abc import Sequence

from index.visible import on_one_line
from service.answer import Response
from service.citing.resolved import ResolvedCitation
from service.doors.footnotes import footnoted
from service.mcp_server.records import (
    DocumentRecord,
    ListRecord,
    PassageRecord,
    RetrievalRecord,
    TextRecord,
)


def told_answer(response: Response, passages: Sequence[PassageRecord]) -> str:
    """The answer with footnotes that name citations; without one, why, and what is nearest."""
    text = footnoted(response, lambda identity: identity).text
    text += f"\n\nConfidence: {response.answer.confidence:.0%}"
    if response.answer.text is None and passages:
        text += f"\n\nNearest passages:\n\n{_told_passages(passages)}"
    return text


def told_retrieval(found: RetrievalRecord) -> str:
    """Each passage with where it stands."""
    return _told_passages(found.passages) or "The index holds no passage."


def told_list(listed: ListRecord) -> str:
    """A line for each document."""
    lines = [
        f"{each.document} {on_one_line(each.path)} ({each.media_type}, {each.length} characters)"
        f"{_labels(each)}"
        for each in listed.documents
    ]
    more = f"\nMore from offset {listed.next_offset} on." if listed.next_offset else ""
    return "\n".join([f"{len(lines)} of {listed.total} documents:", *lines]) + more


def _labels(document: DocumentRecord) -> str:
    date = f", {document.date}" if document.date else ""
    tags = f", tagged {', '.join(map(on_one_line, document.tags))}" if document.tags else ""
    return date + tags


def told_text(part: TextRecord) -> str:
    """The text, after a line that tells which part of what it is."""
    end = part.offset + len(part.text)
    more = f"; goes on at offset {part.next_offset}" if part.next_offset is not None else ""
    where = f"characters {part.offset} to {end} of {part.length}{more}"
    return f"{on_one_line(part.path)}, {where}:\n\n{part.text}"


def told_citation(cited: ResolvedCitation) -> str:
    """The cited text, where it stands, and whether its document still says so."""
    page = f", page {cited.page}" if cited.page else ""
    path = on_one_line(cited.document.path)
    standing = f"{cited.status}: {cited.note}" if cited.note else cited.status
    return f"“{cited.text}”\n\n{path}{page}, characters {cited.start} to {cited.end}\n{standing}"


def _told_passages(passages: Sequence[PassageRecord]) -> str:
    return "\n\n".join(
        f"[{each.rank}] {on_one_line(each.path)}{f', page {each.page}' if each.page else ''}, "
        f"characters {each.start} to {each.end}, score {each.score:.0%}, {each.citation}\n"
        f"{each.text}"
        for each in passages
    )
