"""The tools. In: a LiveEngine, checked arguments. Out: a record, and the same as text.

They call the one engine, as every other door does, and know nothing of the protocol.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from index.earlier import EarlierTexts
from index.listing import Page, list_page
from index.passage import Span
from service.citing.resolve import read_reference, resolve
from service.citing.resolved import ResolvedCitation
from service.doors.filtering import chosen_by
from service.errors import DocumentMissing, QuestionInvalid, ToolArgumentsInvalid
from service.live import LiveEngine
from service.mcp_server.arguments import Arguments, Asked, Cited, Listed, Read
from service.mcp_server.records import (
    AnswerRecord,
    DocumentRecord,
    ListRecord,
    RetrievalRecord,
    TextRecord,
)
from service.mcp_server.told import (
    told_answer,
    told_citation,
    told_list,
    told_retrieval,
    told_text,
)

_Given = TypeVar("_Given", bound=Arguments)


@dataclass(frozen=True, slots=True)
class Done:
    """What a call gave: a record as JSON values, and as text."""

    structured: Any
    text: str


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool by its name; ``call`` raises a ``CitewellError`` whose sentence the caller reads."""

    name: str
    title: str
    description: str
    takes: dict[str, Any]
    gives: dict[str, Any]
    call: Callable[[dict[str, Any]], Done]


def tools_of(live: LiveEngine) -> tuple[Tool, ...]:
    """All tools; none of them changes anything."""
    earlier = EarlierTexts(live.settings.index)
    return (
        _tool("ask", "Ask the documents", Asked, AnswerRecord, lambda given: _ask(live, given)),
        _tool(
            "retrieve",
            "Find passages",
            Asked,
            RetrievalRecord,
            lambda given: _retrieve(live, given),
        ),
        _tool(
            "list_documents",
            "List the documents",
            Listed,
            ListRecord,
            lambda given: _list(live, given),
        ),
        _tool(
            "read_document", "Read a document", Read, TextRecord, lambda given: _read(live, given)
        ),
        _tool(
            "read_citation",
            "Read a citation",
            Cited,
            ResolvedCitation,
            lambda given: _cited(live, earlier, given),
        ),
    )


_DESCRIPTIONS = {
    "ask": "Answer a question from the indexed documents, in verbatim quotes, each with a "
    "citation that was re-read and compared with its document. Says so, and why, when the "
    "documents do not answer.",
    "retrieve": "Find the passages of the indexed documents that answer a question best, each "
    "proved against its document; without an answer.",
    "list_documents": "List the indexed documents with their ids, or those of a path, tag or date.",
    "read_document": "Read the text of a document by its id, part by part; a large one takes "
    "several calls.",
    "read_citation": "Read again what a citation cites, and whether its document still says so.",
}


def _tool(
    name: str,
    title: str,
    takes: type[_Given],
    gives: type[Any],
    call: Callable[[_Given], tuple[Any, str]],
) -> Tool:
    record = TypeAdapter(gives)

    def checked(arguments: dict[str, Any]) -> Done:
        try:
            given = takes.model_validate(arguments)
        except ValidationError as error:
            raise ToolArgumentsInvalid(_explained(error)) from None
        found, text = call(given)
        return Done(record.dump_python(found, mode="json"), text)

    schemas = takes.model_json_schema(), record.json_schema(mode="serialization")
    return Tool(name, title, _DESCRIPTIONS[name], *schemas, checked)


def _explained(error: ValidationError) -> str:
    # The values are not repeated: they may be long.
    return "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())


def _ask(live: LiveEngine, given: Asked) -> tuple[AnswerRecord, str]:
    _check_previous(given)
    response = live.engine().ask(
        given.question, given.top_k, given.previous, chosen_by(given.filter)
    )
    record = AnswerRecord.of(response)
    return record, told_answer(response, record.passages)


def _retrieve(live: LiveEngine, given: Asked) -> tuple[RetrievalRecord, str]:
    _check_previous(given)
    found = live.engine().retrieve(
        given.question, given.top_k, given.previous, chosen_by(given.filter)
    )
    record = RetrievalRecord.of(found)
    return record, told_retrieval(record)


def _check_previous(given: Asked) -> None:
    if given.previous_citations and given.previous_question is None:
        raise QuestionInvalid(
            "previous_citations", "goes with previous_question; send both or neither"
        )


def _list(live: LiveEngine, given: Listed) -> tuple[ListRecord, str]:
    page = Page(limit=given.limit, offset=given.offset)
    listing = list_page(live.engine().index.texts, chosen_by(given.filter), page)
    facts, total = listing.documents, listing.total
    end = given.offset + len(facts)
    documents = (
        DocumentRecord(
            each.id, each.path, each.title, each.media_type, each.length, each.date, each.tags
        )
        for each in facts
    )
    record = ListRecord(tuple(documents), total, end if facts and end < total else None)
    return record, told_list(record)


def _read(live: LiveEngine, given: Read) -> tuple[TextRecord, str]:
    texts = live.engine().index.texts
    facts = texts.facts(given.document)
    if facts is None:
        raise DocumentMissing(
            f"there is no document {given.document[:80]!r} in this index; list_documents lists them"
        )
    if given.offset > facts.length:
        raise ToolArgumentsInvalid(
            f"offset: is {given.offset}; the document has {facts.length} characters"
        )
    end = min(given.offset + given.length, facts.length)
    text = texts.cut(facts.id, Span(given.offset, end)) if end > given.offset else ""
    record = TextRecord(
        document=facts.id,
        path=facts.path,
        title=facts.title,
        sha256=facts.sha256,
        length=facts.length,
        offset=given.offset,
        text=text,
        next_offset=end if end < facts.length else None,
    )
    return record, told_text(record)


def _cited(live: LiveEngine, earlier: EarlierTexts, given: Cited) -> tuple[ResolvedCitation, str]:
    found = resolve(read_reference(given.citation), live.engine().index, earlier)
    return found, told_citation(found)
