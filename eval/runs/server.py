"""A running server asked over HTTP. In: its address, questions. Out: Responses, texts.

A question that the server refuses, fails at or takes too long for has failed; a server that
cannot be reached any more ends the run.
"""

from dataclasses import asdict
from functools import lru_cache
from platform import python_version
from typing import TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from eval.errors import AskerGone, IndexChanged, QuestionFailed, RunInvalid
from eval.runs.record import Source
from service.answer import IndexRef, Response
from service.asking.previous import Previous

_RESPONSE = TypeAdapter(Response)
_AT_ONCE = 1000
_TEXTS_HELD = 64
_SECONDS = 60.0


class _Ready(BaseModel):
    index: IndexRef


class _Info(BaseModel):
    version: str


class _Api(BaseModel):
    info: _Info


class _Listed(BaseModel):
    id: str
    path: str


class _Page(BaseModel):
    documents: list[_Listed]
    total: int
    index: IndexRef


class _Stored(BaseModel):
    text: str


_Reply = TypeVar("_Reply", bound=BaseModel)


class ServerAsker:
    """A citewell server, to be closed; raises ``AskerGone`` when there is none at the address,
    ``RunInvalid`` for an address with a password. A ``key`` is sent to it and kept nowhere."""

    def __init__(self, url: str, seconds: float = _SECONDS, key: str | None = None) -> None:
        if "@" in url.partition("//")[2].partition("/")[0]:
            raise RunInvalid("--url holds a password, which the run would keep; leave it out")
        self.url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(timeout=seconds, headers=headers)
        self._held = lru_cache(_TEXTS_HELD)(self._read)
        try:
            self._index = self._get("/readyz", _Ready).index
            self._version = self._get("/openapi.json", _Api).info.version
            self._ids = self._documents()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    @property
    def source(self) -> Source:
        """The server's index and version; its model and settings it does not tell."""
        return Source(
            index_generation=self._index.generation,
            index_digest=self._index.digest,
            model=None,
            settings=None,
            url=self.url,
            versions={"python": python_version(), "server": self._version},
        )

    def ask(self, question: str, top_k: int, previous: Previous | None = None) -> Response:
        """The server's answer; raises ``QuestionFailed`` with its reason, ``AskerGone``."""
        body: dict[str, object] = {"question": question, "top_k": top_k}
        if previous:  # left out otherwise, so that servers of before are asked too
            body["previous"] = asdict(previous)
        try:
            reply = self._client.post(f"{self.url}/v1/ask", json=body)
        except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
            seconds = self._client.timeout.read
            raise QuestionFailed(f"no answer within {seconds:.0f} s") from error
        except httpx.HTTPError as error:
            raise self._gone(error) from error
        if reply.is_error:
            raise QuestionFailed(f"HTTP {reply.status_code}: {_detail(reply)}")
        try:
            return _RESPONSE.validate_json(reply.content)
        except ValidationError as error:
            raise QuestionFailed(f"the reply is no answer of citewell: {error}") from error

    def text(self, document: str) -> str | None:
        """The stored text of a document."""
        return self._held(document)

    def _read(self, path: str) -> str | None:
        if path not in self._ids:
            return None
        return self._get(f"/v1/documents/{self._ids[path]}", _Stored).text

    def _documents(self) -> dict[str, str]:
        """The id of every document by path."""
        found: dict[str, str] = {}
        while True:
            page = self._get("/v1/documents", _Page, offset=len(found), limit=_AT_ONCE)
            if page.index.digest != self._index.digest:
                raise IndexChanged(f"the index of {self.url} has just changed; repeat")
            found |= {item.path: item.id for item in page.documents}
            if len(found) >= page.total or not page.documents:
                return found

    def _get(self, path: str, kind: type[_Reply], **parameters: int) -> _Reply:
        try:
            reply = self._client.get(f"{self.url}{path}", params=parameters)
            reply.raise_for_status()
            return kind.model_validate_json(reply.content)
        except ValidationError as error:
            raise self._gone(f"{path} is none of citewell's") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._gone(error) from error

    def _gone(self, reason: object) -> AskerGone:
        return AskerGone(
            f"{self.url} does not answer as a citewell server does ({reason}); "
            "start it with `citewell serve`, or correct --url"
        )


def _detail(reply: httpx.Response) -> str:
    try:
        return str(reply.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return reply.text[:200]
