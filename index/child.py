"""The parent's side of the process that parses files. In: a file's bytes. Out: a checked Reply.

Each request has a time limit; a child that dies, hangs or answers wrongly is ended, and the
caller starts another.
"""

import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from index.formats.parsed import Parsed
from index.frames import body, frame, missing
from index.limits import Limits

_CHUNK = 1 << 20
# JSON writes a character in at most six bytes per byte of text; headings and pages come on top.
_MOST_BYTES_PER_BYTE = 12
_LEAST_REPLY = 1 << 24
_LONGEST_REASON = 500
_OUT_OF_ORDER = "made the reader answer out of order; save it anew"
PROGRAM = ("-m", "index.reading")
_NEEDED = re.compile(r"PATH|HOME|TMPDIR|TZ|LANG|LC_\w+|LD_LIBRARY_PATH|PYTHON\w+|VIRTUAL_ENV")


class ChildLost(Exception):
    """The child had to be ended; says why, as what the file did."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the child made of a file, or why it refused it."""

    parsed: Parsed | None = None
    refused: str | None = None


_REPLY = TypeAdapter(Reply)


class Child:
    """A process that parses files one after another, as ``index.reading`` does."""

    def __init__(self, limits: Limits, program: Sequence[str] = PROGRAM) -> None:
        self._limits = limits
        arguments = (str(limits.seconds), str(limits.memory), str(limits.text))
        self._process = subprocess.Popen(  # noqa: S603 - its own program, numbers as arguments
            # -P: whatever lies in the working folder is not imported. -B: it may not write.
            [sys.executable, "-P", "-B", *program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            bufsize=0,
        )
        for pipe in (self._input, self._output):
            os.set_blocking(pipe, False)

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def returned(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def is_ready(self) -> bool:
        """Whether it still runs and has said nothing that it was not asked."""
        # Not select(): it takes no descriptor beyond 1023, and a service holds many.
        with selectors.DefaultSelector() as ready:
            ready.register(self._output, selectors.EVENT_READ)
            unasked = ready.select(0)
        return not self.returned and not unasked

    def ask(self, media_type: str, content: bytes) -> Reply:
        """Have a file parsed; raises ``ChildLost``, and then the child is no more."""
        try:
            return check_reply(self._exchange([*frame(media_type.encode()), *frame(content)]))
        except ChildLost:
            self.close()
            raise

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    @property
    def _input(self) -> int:
        assert self._process.stdin is not None
        return self._process.stdin.fileno()

    @property
    def _output(self) -> int:
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def _exchange(self, parts: list[bytes]) -> bytes:
        deadline = time.monotonic() + self._limits.seconds
        most = _LEAST_REPLY + _MOST_BYTES_PER_BYTE * self._limits.text
        unsent = [memoryview(part) for part in parts if part]
        received = bytearray()
        with selectors.DefaultSelector() as ready:
            ready.register(self._output, selectors.EVENT_READ)
            ready.register(self._input, selectors.EVENT_WRITE)
            while (lacking := _lacking(received, most)) > 0:
                events = ready.select(max(0.0, deadline - time.monotonic()))
                if not events or time.monotonic() > deadline:
                    raise ChildLost(
                        f"takes longer than {self._limits.seconds:g} s to read; split it or save "
                        "it anew"
                    )
                for key, _ in events:
                    if key.fd == self._output:
                        self._receive(received, lacking)
                    elif not self._send(unsent):
                        ready.unregister(self._input)
        if unsent:
            raise ChildLost(_OUT_OF_ORDER)
        return body(received)

    def _send(self, unsent: list[memoryview]) -> bool:
        """Write some of it; whether there is more."""
        try:
            sent = os.write(self._input, unsent[0][:_CHUNK])
        except BrokenPipeError:
            return False  # its output tells that it ended
        unsent[0] = unsent[0][sent:]
        if not unsent[0]:
            del unsent[0]
        return bool(unsent)

    def _receive(self, received: bytearray, lacking: int) -> None:
        chunk = os.read(self._output, min(lacking, _CHUNK))
        if not chunk:
            raise ChildLost(self._why_ended())
        received += chunk

    def _why_ended(self) -> str:
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            code = 0
        how = f" ({signal.Signals(-code).name})" if code < 0 else f" (exit status {code})"
        return (
            f"made the reader stop{how}: it is damaged, or needs more than "
            f"{self._limits.memory >> 20} MiB of memory; save it anew or split it"
        )


def _lacking(received: bytearray, most: int) -> int:
    try:
        return missing(received, most)
    except ValueError as error:
        raise ChildLost(_OUT_OF_ORDER) from error


def check_reply(reply: bytes) -> Reply:
    """The reply, of which nothing is believed that does not fit; raises ``ChildLost``."""
    try:
        checked = _REPLY.validate_json(reply, strict=True)
    except ValidationError as error:
        raise ChildLost(_OUT_OF_ORDER) from error
    if (checked.parsed is None) == (checked.refused is None):
        raise ChildLost(_OUT_OF_ORDER)
    if checked.refused is None:
        return checked
    shown = "".join(c if c.isprintable() else " " for c in checked.refused)
    return Reply(refused=shown[:_LONGEST_REASON])


def _environment() -> dict[str, str]:
    """What the interpreter needs, and nothing else: variables may hold keys and passwords, and
    what a file makes of the child is not trusted with them."""
    package = str(Path(__file__).resolve().parent.parent)
    before = os.environ.get("PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if _NEEDED.fullmatch(name)}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, (package, before)))}
