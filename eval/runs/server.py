"""A running server asked over HTTP. In: its address, questions. Out: Responses, texts.

A question that the server refuses, fails at or takes too long for has failed; a server that
cannot be reached any more ends the run.
"""

from functools import lru_cache
from platform import python_version

from eval.errors import AskerGone, IndexChanged, QuestionFailed, RunInvalid
from eval.runs.record import Source
from index.errors import CitewellError
from service.answer import Response
from service.asking.previous import Previous
from service.client import (
    Client,
    ClientInvalid,
    ReplyInvalid,
    ServiceRefused,
    ServiceSlow,
    ServiceUnreachable,
)

_TEXTS_HELD = 64
_SECONDS = 60.0
# What is wrong with one question; a server that does not answer at all fails at every one.
_FAILED = (ClientInvalid, ServiceRefused, ServiceSlow, ReplyInvalid)


class ServerAsker:
    """A citewell server, to be closed; raises ``AskerGone`` when there is none at the address,
    ``RunInvalid`` for an address with a password. A ``key`` is sent to it and kept nowhere."""

    def __init__(self, url: str, seconds: float = _SECONDS, key: str | None = None) -> None:
        if "@" in url.partition("//")[2].partition("/")[0]:
            raise RunInvalid("--url holds a password, which the run would keep; leave it out")
        self.url = url.rstrip("/")
        try:
            self._client = Client(url, key, timeout=seconds)
        except CitewellError as error:
            raise self._gone(error) from error
        self._held = lru_cache(_TEXTS_HELD)(self._read)
        try:
            self._index = self._client.ready()
            self._version = self._client.version()
            self._ids = self._documents()
        except IndexChanged:
            self.close()
            raise
        except CitewellError as error:
            self.close()
            raise self._gone(error) from error

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
        try:
            return self._client.ask(question, top_k, previous=previous)
        except _FAILED as error:
            raise QuestionFailed(str(error)) from error
        except CitewellError as error:
            raise self._gone(error) from error

    def text(self, document: str) -> str | None:
        """The stored text of a document."""
        return self._held(document)

    def _read(self, path: str) -> str | None:
        if path not in self._ids:
            return None
        try:
            return self._client.document(self._ids[path]).text
        except CitewellError as error:
            raise self._gone(error) from error

    def _documents(self) -> dict[str, str]:
        """The id of every document by path."""
        found: dict[str, str] = {}
        for page in self._client.pages():
            if page.index.digest != self._index.digest:
                raise IndexChanged(f"the index of {self.url} has just changed; repeat")
            found |= {item.path: item.id for item in page.documents}
        return found

    def _gone(self, error: CitewellError) -> AskerGone:
        # What to do next is said below, in words for the command line.
        reason = (isinstance(error, ServiceUnreachable) and error.__cause__) or error
        return AskerGone(
            f"{self.url} does not answer as a citewell server does ({reason}); "
            "start it with `citewell serve`, or correct --url"
        )
