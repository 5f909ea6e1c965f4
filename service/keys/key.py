"""One API key. In: a name, a scope. Out: the key that is shown once, and what is kept of it."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

Scope = Literal["read", "write"]
SHOWN_PREFIX = "cw_"  # so that a key is known as one wherever it turns up
_RANDOM_BYTES = 32
FORM = re.compile(r"cw_[A-Za-z0-9_-]{43}")  # 32 bytes in the alphabet of RFC 4648, section 5


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key: its name, what it allows, when it was made (UTC), its SHA-256.

    The digest needs neither salt nor a slow function such as scrypt: these make guessing what
    people choose expensive, and nobody guesses 256 random bits, however fast each try is. A
    slow one would only make each request slow.
    """

    name: str
    scope: Scope
    created: str
    sha256: str = field(repr=False)

    def allows(self, needed: Scope) -> bool:
        """Whether it may do what needs a scope; a key that writes also reads."""
        return self.scope in {"write", needed}


def make_key(name: str, scope: Scope) -> tuple[Key, str]:
    """A new key and the 46 characters that a client sends, which are kept nowhere."""
    sent = SHOWN_PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return Key(name, scope, created, _digest(sent)), sent


def find_key(sent: str, keys: Iterable[Key]) -> Key | None:
    """The key that a client sent, or None; takes as long whichever it is."""
    digest = _digest(sent)
    found = None
    for key in keys:
        if hmac.compare_digest(digest, key.sha256):
            found = key
    return found


def _digest(sent: str) -> str:
    return hashlib.sha256(sent.encode("utf-8", "surrogatepass")).hexdigest()
