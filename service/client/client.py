"""A client of a running service. In: questions, files, ids. Out: frozen records, or an error.

Every method raises ``ServiceRefused`` with what the service says, ``ServiceUnreachable`` when no
whole answer comes, and ``ReplyInvalid`` when what comes is no answer of citewell.
"""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, Self
from urllib.parse import parse_qsl, quote, urlsplit

from index.filter import DocumentFilter
from service.answer import AnswerSentence, Event, IndexRef, Quote, Response, Retrieval
from service.asking.previous import Previous
from service.citing.resolved import ResolvedCitation
from service.client.asking import PASSAGES, Asked, BatchAnswers, body_of, conditions
from service.client.records import (
    DocumentItem,
    DocumentList,
    DocumentText,
    FeedbackReceipt,
    MarkedPlace,
    Removal,
    UploadReceipt,
)
from service.client.refused import refused
from service.client.wire import Wire
from service.errors import ClientInvalid, ServiceRefused

_AT_ONCE = 1000  # documents of a page
_DOCUMENTS = "/v1/documents"
_ALONE = re.compile(r'["\\\x00-\x1f\x7f]')  # what the filename of a form's part cannot hold


@dataclass(frozen=True, slots=True)
class _Ready:
    index: IndexRef


@dataclass(frozen=True, slots=True)
class _Info:
    version: str


@dataclass(frozen=True, slots=True)
class _Api:
    info: _Info


class Client:
    """Asks the service at an address; a context manager, or to be closed.

    ``timeout`` is how many seconds nothing may come before a request is given up. With
    ``patience`` a request that the service refuses for now (429 or 503 with Retry-After) is
    sent again when the service says, as long as that is within so many seconds; without it
    nothing is ever sent twice. Threads may share a client.
    """

    def __init__(
        self, url: str, key: str | None = None, *, timeout: float = 70.0, patience: float = 0.0
    ) -> None:
        """Raises ``ClientInvalid`` for what is no address of HTTP or cannot be a key."""
        self._wire = Wire(url, key, timeout, patience)

    def __repr__(self) -> str:
        return f"Client({self._wire.place!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def ask(
        self,
        question: str,
        top_k: int = PASSAGES,
        *,
        previous: Previous | None = None,
        only: DocumentFilter | None = None,
    ) -> Response:
        """The answer to a question, from the documents that ``only`` leaves."""
        body = body_of(Asked(question, top_k, previous, only))
        return self._wire.send("POST", "/v1/ask", Response, {"json": body})

    def ask_batch(self, asked: Sequence[Asked | str]) -> tuple[Response | ServiceRefused, ...]:
        """The answer to each of up to 32 questions, from one index and in one request; or, in
        its place, the error for one that the service refuses. Raises it when it refuses all."""
        questions = [Asked(each) if isinstance(each, str) else each for each in asked]
        body = {"questions": [body_of(each) for each in questions]}
        told = self._wire.send("POST", "/v1/ask/batch", BatchAnswers, {"json": body}).told
        if None in told or len(told) != len(questions):
            raise self._wire.invalid("there is not one answer or problem for each question")
        return tuple(each for each in told if each is not None)

    def ask_stream(
        self,
        question: str,
        top_k: int = PASSAGES,
        *,
        previous: Previous | None = None,
        only: DocumentFilter | None = None,
    ) -> Generator[Event, None, None]:
        """The same as it comes about: ``("passages", Retrieval)``, then ``("sentence",
        AnswerSentence)`` or ``("quote", Quote)`` for each part, last ``("done", Response)``.

        The question is sent when the first event is asked for; who needs no more closes the
        generator, and the service stops its work.
        """
        body = body_of(Asked(question, top_k, previous, only))
        with closing(self._wire.events("/v1/ask", body)) as events:
            for name, data in events:
                match name:
                    case b"passages":
                        yield "passages", self._wire.read(data, Retrieval)
                    case b"sentence":
                        yield "sentence", self._wire.read(data, AnswerSentence)
                    case b"quote":
                        yield "quote", self._wire.read(data, Quote)
                    case b"done":
                        yield "done", self._wire.read(data, Response)
                        return
                    case b"error":
                        raise refused(0, {}, data)
        raise self._wire.broken("the answer broke off before its end")

    def retrieve(
        self,
        question: str,
        top_k: int = PASSAGES,
        *,
        previous: Previous | None = None,
        only: DocumentFilter | None = None,
    ) -> Retrieval:
        """The passages for a question, without an answer."""
        body = body_of(Asked(question, top_k, previous, only))
        return self._wire.send("POST", "/v1/retrieve", Retrieval, {"json": body})

    def documents(
        self, only: DocumentFilter | None = None, sort: str = "path"
    ) -> Iterator[DocumentItem]:
        """All documents, or those that ``only`` leaves; pages are fetched as they are needed."""
        for page in self.pages(only, sort):
            yield from page.documents

    def pages(
        self, only: DocumentFilter | None = None, sort: str = "path", limit: int = _AT_ONCE
    ) -> Iterator[DocumentList]:
        """The list of documents page by page, each with the index it is of."""
        asked: Any = {"limit": limit, "sort": sort, **conditions(only)}
        while True:
            page = self._wire.send("GET", _DOCUMENTS, DocumentList, {"params": asked})
            yield page
            if page.next is None:
                return
            # Of the address only what is asked for: it leads to no other service.
            asked = parse_qsl(urlsplit(page.next).query)

    def document(self, document_id: str) -> DocumentText:
        """One document with its text."""
        return self._wire.send("GET", f"{_DOCUMENTS}/{_quoted(document_id)}", DocumentText)

    def citation(self, citation_id: str) -> ResolvedCitation:
        """What a passage's id cites, and whether its document still says so."""
        return self._wire.send("GET", f"/v1/citations/{_quoted(citation_id)}", ResolvedCitation)

    def upload(
        self,
        files: Mapping[str, bytes | Path],
        *,
        tags: Sequence[str] | None = None,
        date: str | None = None,
    ) -> UploadReceipt:
        """Add files by the paths their documents are to have, or replace those of these paths.

        ``tags`` and ``date`` are kept with all of them instead of what they state. Files that
        are refused stand in the receipt; when all are, ``ServiceRefused`` is raised. Raises
        ``OSError`` for a file that cannot be read here.
        """
        fields: dict[str, Any] = {} if tags is None else {"tags": [*tags] or [""]}
        fields |= {} if date is None else {"date": date}
        names = list(files)
        if len(files) == 1:
            fields["path"], names = names[0], ["file"]
        elif odd := next(filter(_ALONE.search, files), None):
            raise ClientInvalid(f"{odd!r} holds what only a single file's path may; send it alone")
        with ExitStack() as opened:
            contents = [_content(file, opened) for file in files.values()]
            parts = [("file", part) for part in zip(names, contents, strict=True)]
            sent = {"files": parts, "data": fields}
            return self._wire.send("POST", _DOCUMENTS, UploadReceipt, sent)

    def delete(self, document_id: str, *, erase: bool = False) -> Removal:
        """Remove a document; ``erase`` removes the earlier generations, which hold it, too."""
        path = f"{_DOCUMENTS}/{_quoted(document_id)}"
        return self._wire.send("DELETE", path, Removal, {"params": {"erase": erase}})

    def feedback(
        self,
        question: str,
        verdict: Literal["right", "wrong", "unanswerable"],
        *,
        answer_id: str | None = None,
        passages: Sequence[MarkedPlace] = (),
        comment: str | None = None,
    ) -> FeedbackReceipt:
        """Say whether an answer was right, and which places answer."""
        said = {
            "question": question,
            "verdict": verdict,
            "answer_id": answer_id,
            "passages": [asdict(place) for place in passages],
            "comment": comment,
        }
        return self._wire.send("POST", "/v1/feedback", FeedbackReceipt, {"json": said})

    def ready(self) -> IndexRef:
        """The index that answers now."""
        return self._wire.send("GET", "/readyz", _Ready).index

    def version(self) -> str:
        """The version of citewell that answers."""
        return self._wire.send("GET", "/openapi.json", _Api).info.version


def _content(file: bytes | Path, opened: ExitStack) -> bytes | BinaryIO:
    return file if isinstance(file, bytes) else opened.enter_context(file.open("rb"))


def _quoted(identity: str) -> str:
    return quote(identity, safe="", errors="replace")
