"""The path of an uploaded document. In: the bytes a client sent. Out: a path that is safe.

The path is a name in the index, never a place on this disk. It is brought to Unicode's form
NFC, so that a name typed on one system and the same name from another are one document.
"""

import re
import unicodedata
from pathlib import PurePosixPath

from index.errors import FileRefused
from index.formats.media import MEDIA_TYPES

MOST_BYTES, MOST_COMPONENT_BYTES = 1024, 255
_DRIVE = re.compile(r"[A-Za-z]:")
_BIDIRECTIONAL = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CONTROL = {"Cc", "Cs", "Zl", "Zp"}  # controls, surrogates, separators of lines and paragraphs


def document_path(sent: bytes) -> str:
    """The path that a document is to have; raises ``FileRefused`` with what is wrong with it."""
    try:
        path = unicodedata.normalize("NFC", sent.decode("utf-8"))
    except UnicodeDecodeError:
        raise FileRefused("has a name that is not UTF-8; rename it") from None
    for reason in (_of_characters(path), _of_place(path), _of_length(path), _of_format(path)):
        if reason:
            raise FileRefused(reason)
    return path


def shown(sent: bytes) -> str:
    """What a client sent as a name, in a form that can be shown: short, nothing invisible."""
    text = sent.decode("utf-8", "backslashreplace")
    seen = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:MOST_BYTES])
    return seen if len(text) <= MOST_BYTES else f"{seen}…"


def _of_characters(path: str) -> str | None:
    if any(unicodedata.category(character) in _CONTROL for character in path):
        return "has a control character in its path; rename it"
    if not _BIDIRECTIONAL.isdisjoint(path):
        return "has a character in its path that turns the direction of writing; rename it"
    if "\\" in path:
        return "has a backslash in its path; write folder/file"
    return None


def _of_place(path: str) -> str | None:
    if not path:
        return "has no name; send one as its filename or in the field path"
    if path.startswith("/") or _DRIVE.match(path):
        return "has an absolute path; name it relative to the index, as in folder/file.txt"
    components = path.split("/")
    if "" in components:
        return "has an empty component in its path; write folder/file"
    if any(component.startswith(".") for component in components):
        return "has a component in its path that begins with a dot; rename it"
    return None


def _of_length(path: str) -> str | None:
    if len(path.encode()) > MOST_BYTES:
        return f"has a path of more than {MOST_BYTES} bytes; shorten it"
    if any(len(component.encode()) > MOST_COMPONENT_BYTES for component in path.split("/")):
        return f"has a component in its path of more than {MOST_COMPONENT_BYTES} bytes; shorten it"
    return None


def _of_format(path: str) -> str | None:
    if PurePosixPath(path).suffix.lower() in MEDIA_TYPES:
        return None
    known = ", ".join(sorted(MEDIA_TYPES))
    return f"is of no format that can be read ({known}); convert it"
