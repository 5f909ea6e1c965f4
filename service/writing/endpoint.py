"""A language model behind HTTP. In: messages. Out: its answer's text, piece by piece.

Any endpoint of OpenAI's form ``POST /chat/completions``. The only module of the service that
knows httpx: whatever goes wrong leaves it as ``NotComposed``, in words that never hold the
key, the address or what the endpoint sent.
"""

import socket
import ssl
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import Any, Self

import httpx

from service.deadline import Deadline, current_deadline
from service.errors import NotComposed, SettingsInvalid
from service.settings import Settings
from service.watching.request import current_work
from service.writing.reply import read_reply

_CONNECT = 5.0  # seconds to reach the endpoint, if not less are given for everything
_CHARACTERS = 8  # of a token, at most on average; an endpoint may ignore how many it may send
_REMEDIES = {
    400: "check that it knows CITEWELL_LLM_MODEL and takes max_tokens and temperature",
    401: "check CITEWELL_LLM_KEY",
    403: "check CITEWELL_LLM_KEY",
    404: "check CITEWELL_LLM_URL and CITEWELL_LLM_MODEL",
    429: "wait, or raise what it allows",
}


class Endpoint:
    """One model at one address; safe between threads. Every question has a connection of its
    own, which is closed with the answer's last piece, or with the generator."""

    def __init__(self, settings: Settings) -> None:
        """Raises ``SettingsInvalid`` when the settings name no endpoint, or an impossible one."""
        if settings.llm_url is None or settings.llm_model is None:
            raise SettingsInvalid("set CITEWELL_LLM_URL and CITEWELL_LLM_MODEL")
        self._url = _completions_url(settings.llm_url)
        self._model = settings.llm_model
        self._key = settings.llm_key
        self._seconds = settings.llm_timeout_s
        self._tokens = settings.llm_answer_tokens
        self._trust = ssl.create_default_context()

    def write(self, messages: Sequence[Mapping[str, str]]) -> Generator[str, None, None]:
        """The answer to the messages, as it comes.

        Raises ``NotComposed`` when the endpoint is slow, down or sends no answer, and
        ``ComposedInPart`` after the last piece of an answer that was cut. It takes no longer
        than the request has, and no longer than its client waits.
        """
        deadline = _Deadline(self._seconds, current_deadline())
        with deadline, self._reply(messages, deadline) as reply:
            _check_status(reply.status_code)
            kind = reply.headers.get("content-type", "")
            yield from read_reply(
                self._chunks(reply, deadline),
                streamed=kind.lower().startswith("text/event-stream"),
                longest=_CHARACTERS * self._tokens,
            )

    def _chunks(self, reply: httpx.Response, deadline: "_Deadline") -> Iterator[bytes]:
        yield from reply.iter_raw()
        if deadline.over:  # a body without a stated length may end anywhere
            raise _slow(deadline)

    @contextmanager
    def _reply(
        self, messages: Sequence[Mapping[str, str]], deadline: "_Deadline"
    ) -> Iterator[httpx.Response]:
        if deadline.over:
            raise _slow(deadline)
        timeout = httpx.Timeout(deadline.seconds, connect=min(_CONNECT, deadline.seconds))
        body = {
            "model": self._model,
            "messages": list(messages),
            "stream": True,
            "max_tokens": self._tokens,
            "temperature": 0,
        }
        try:
            # What the environment says of proxies is not obeyed: passages and key go to the
            # address that was set, and nowhere else; for the same reason no redirect is followed.
            with (
                httpx.Client(verify=self._trust, timeout=timeout, trust_env=False) as client,
                client.stream(
                    "POST",
                    self._url,
                    json=body,
                    headers=self._headers(),
                    extensions={"trace": deadline.trace},
                    follow_redirects=False,
                ) as reply,
            ):
                yield reply
        except httpx.HTTPError as error:
            raise _explained(error, deadline) from None

    def _headers(self) -> dict[str, str]:
        # Not compressed, so that what counts as too much is what was sent.
        headers = {"Accept": "text/event-stream, application/json", "Accept-Encoding": "identity"}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key.get_secret_value()}"
        work = current_work()
        return headers | (work.trace.child_headers() if work else {})


def _explained(error: httpx.HTTPError, deadline: "_Deadline") -> NotComposed:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout) and not deadline.over:
        return NotComposed(
            "the language model's endpoint cannot be reached; check CITEWELL_LLM_URL and that "
            "it runs"
        )
    if deadline.over or isinstance(error, httpx.TimeoutException):
        return _slow(deadline)
    return NotComposed("the language model's endpoint broke off; look into its log")


def _slow(deadline: "_Deadline") -> NotComposed:
    setting = "CITEWELL_DEADLINE_S" if deadline.of_request else "CITEWELL_LLM_TIMEOUT_S"
    return NotComposed(
        f"the language model took longer than {deadline.seconds:.3g} s; raise {setting}"
    )


def _completions_url(base: str) -> httpx.URL:
    """An address without a path has ``/v1`` put after it; any other path is taken as it is."""
    try:
        url = httpx.URL(base)
        path = url.path.rstrip("/") or "/v1"
        return url.copy_with(path=f"{path}/chat/completions")
    except httpx.InvalidURL:
        raise SettingsInvalid("CITEWELL_LLM_URL is no address; set it right") from None


def _check_status(status: int) -> None:
    if status == 200:
        return
    if 300 <= status < 400:
        remedy = "redirects are not followed, so set CITEWELL_LLM_URL to where it is"
    else:
        remedy = _REMEDIES.get(status, "look into its log")
    raise NotComposed(f"the language model's endpoint answered with HTTP {status}; {remedy}")


class _Deadline:
    """Ends a connection when its time is over, whatever it waits for.

    httpx bounds each wait for bytes, not all of them together: an endpoint that sends one byte
    after another would be waited for without end. Its time is ``seconds``, or what is left of
    the ``request``'s if that is less; it is over, too, when the request's client has gone.
    """

    def __init__(self, seconds: float, request: Deadline | None) -> None:
        left = seconds if request is None else request.remaining
        self.of_request = left < seconds
        self.seconds = min(seconds, left)
        self.over = self.seconds == 0
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(self.seconds, self._end)
        self._timer.daemon = True
        self._watch = request.when_cancelled(self._end) if request else nullcontext()

    def __enter__(self) -> Self:
        self._timer.start()
        self._watch.__enter__()
        return self

    def __exit__(self, *_error: object) -> None:
        self._watch.__exit__(None, None, None)
        self._timer.cancel()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of the connection's socket; httpx calls this at every step."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.over:
                self._end()

    def _end(self) -> None:
        self.over = True
        if self._socket is not None:
            with suppress(OSError):  # it is closed already
                # Not SSLSocket's, which changes what the thread that reads is using.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
