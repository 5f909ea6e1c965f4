"""A running server asked over HTTP. In: its address, questions. Out: Responses, texts.

A question that the server refuses, fails at or takes too long for has failed; a server that
cannot be reached any more ends the run.
"""

from functools import lru_cache
from platform import python_version
from typing import Any

import httpx
from pydantic import TypeAdapter, ValidationError

from eval.errors import AskerGone, IndexChanged, QuestionFailed
from eval.runs.record import Source
from service.answer import Response

_RESPONSE = TypeAdapter(Response)
_PAGE = 1000
_TEXTS_HELD = 64
_SECONDS = 60.0


class ServerAsker:
    """A citewell server, to be closed; raises ``AskerGone`` when there is none at the address."""

    def __init__(self, url: str, seconds: float = _SECONDS) -> None:
        self.url = url.rstrip("/")
        self._client = httpx.Client(timeout=seconds)
        self._held = lru_cache(_TEXTS_HELD)(self._read)
        try:
            self._index = self._get("/readyz")["index"]
            self._version = self._get("/openapi.json")["info"]["version"]
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
            index_generation=self._index["generation"],
            index_digest=self._index["digest"],
            model=None,
            settings=None,
            url=self.url,
            versions={"python": python_version(), "server": self._version},
        )

    def ask(self, question: str, top_k: int) -> Response:
        """The server's answer; raises ``QuestionFailed`` with its reason, ``AskerGone``."""
        body = {"question": question, "top_k": top_k}
        try:
            reply = self._client.post(f"{self.url}/v1/ask", json=body)
        except httpx.TimeoutException as error:
            seconds = self._client.timeout.read
            raise QuestionFailed(f"no answer within {seconds:.0f} s") from error
        except httpx.TransportError as error:
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
        text: str = self._get(f"/v1/documents/{self._ids[path]}")["text"]
        return text

    def _documents(self) -> dict[str, str]:
        """The id of every document by path."""
        found: dict[str, str] = {}
        while True:
            page = self._get("/v1/documents", offset=len(found), limit=_PAGE)
            if page["index"]["digest"] != self._index["digest"]:
                raise IndexChanged(f"the index of {self.url} has just changed; repeat")
            found |= {item["path"]: item["id"] for item in page["documents"]}
            if len(found) >= page["total"] or not page["documents"]:
                return found

    def _get(self, path: str, **parameters: int) -> dict[str, Any]:
        try:
            reply = self._client.get(f"{self.url}{path}", params=parameters)
            reply.raise_for_status()
            found: dict[str, Any] = reply.json()
        except (httpx.HTTPError, ValueError) as error:
            raise self._gone(error) from error
        return found

    def _gone(self, error: Exception) -> AskerGone:
        return AskerGone(
            f"{self.url} does not answer as a citewell server does ({error or type(error)}); "
            "start it with `citewell serve`, or correct --url"
        )


def _detail(reply: httpx.Response) -> str:
    try:
        return str(reply.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return reply.text[:200]
