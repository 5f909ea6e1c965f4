"""W3C Trace Context. In: a request's traceparent and tracestate. Out: its Trace.

After the Recommendation "Trace Context" of the W3C (level 1): what is not as it says is ignored
as a whole, and a new trace begins.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

_PARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_REST = r"[a-z0-9_\-*/]"
_KEY = rf"(?:[a-z]{_REST}{{0,255}}|[a-z0-9]{_REST}{{0,240}}@[a-z]{_REST}{{0,13}})"
_MEMBER = re.compile(
    rf"({_KEY})=([\x20-\x2b\x2d-\x3c\x3e-\x7e]{{0,255}}[\x21-\x2b\x2d-\x3c\x3e-\x7e])"
)
_MOST_MEMBERS = 32
_MOST_STATE = 512  # characters that have to be handed on; more may be dropped
_SAMPLED = 0x01


@dataclass(frozen=True, slots=True)
class Trace:
    """``span_id`` is that of the work here, ``parent_id`` its caller's; lower-case hex, 32 and
    16 digits. ``sampled`` is what the caller decided, ``state`` the tracestate to hand on."""

    trace_id: str
    span_id: str
    parent_id: str | None = None
    sampled: bool = False
    state: str = ""

    def child_headers(self) -> dict[str, str]:
        """The headers of a request that is made for this one, with an id of its own."""
        parent = f"00-{self.trace_id}-{new_id(8)}-{_SAMPLED if self.sampled else 0:02x}"
        return {"traceparent": parent, **({"tracestate": self.state} if self.state else {})}


def read_trace(parents: Sequence[str], states: Sequence[str] = ()) -> Trace:
    """The trace that a request's headers continue, each given as often as it was sent; a new one
    where they continue none."""
    found = _parent(parents[0]) if len(parents) == 1 else None
    if found is None:
        return Trace(new_id(16), new_id(8))
    trace_id, parent_id, flags = found
    sampled = bool(int(flags, 16) & _SAMPLED)
    return Trace(trace_id, new_id(8), parent_id, sampled, _state(states))


def new_id(size: int) -> str:
    """Random bytes in hex, not all zero."""
    while not any(drawn := secrets.token_bytes(size)):
        pass
    return drawn.hex()


def _parent(text: str) -> tuple[str, str, str] | None:
    match = _PARENT.fullmatch(text)
    if match is None:
        return None
    version, trace_id, parent_id, flags, more = match.groups()
    # Only later versions may have more parts; ff is none (section 3.2.2).
    if version == "ff" or (version == "00" and more is not None):
        return None
    if not (trace_id.strip("0") and parent_id.strip("0")):
        return None
    return trace_id, parent_id, flags


def _state(values: Sequence[str]) -> str:
    """The members in their order, "" where any of them is none."""
    members = [part.strip(" \t") for part in ",".join(values).split(",")]
    matches = [_MEMBER.fullmatch(member) for member in members if member]
    keys = [match[1] for match in matches if match]
    whole = ",".join(match[0] for match in matches if match)
    is_sound = len(keys) == len(matches) == len(set(keys)) <= _MOST_MEMBERS
    return whole if is_sound and len(whole) <= _MOST_STATE else ""
