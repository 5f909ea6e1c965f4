"""An answer's sentences. In: text as it is written. Out: whole sentences and what they cite.

``[1]``, ``[1][2]`` and ``[1, 2]`` are markers. One that follows a full stop belongs to the
sentence before it.
"""

import re
from dataclasses import dataclass

from index.passage import Span
from index.sentences import blocks, sentences

_MARKER = re.compile(r"\s*\[([0-9]{1,9}(?:\s*[,;]\s*[0-9]{1,9})*)\]")
_AFTER_END = re.compile(rf"([.!?…。！？]+[\"'”’»)]*)((?:\s*,?{_MARKER.pattern})+)(\s*)")
_OPEN_MARKER = re.compile(r"\W*\[[^\]]*")
_MAY_END = re.compile(r"[.!?…。！？｡؟।\n\r\f]")
_WORD = re.compile(r"\w")
_BULLET = re.compile(r"(?:[-*•+]|[0-9]{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence without its markers, and the ranks they name, each once."""

    text: str
    citations: tuple[int, ...]


class SentenceReader:
    """Takes text in pieces; gives each sentence when the next one has begun."""

    def __init__(self) -> None:
        self._text = ""
        self._told = 0
        self._open = False  # whether what is not told holds a mark that may end a sentence

    def feed(self, piece: str) -> list[Written]:
        """The sentences that are whole now."""
        self._text += piece
        if not (self._open or _MAY_END.search(piece)):
            return []
        found = _sentences(self._text)
        whole = len(found)
        while whole and _may_be_markers(found[whole - 1]):
            whole -= 1
        new = self._new(found[: max(0, whole - 1)])
        self._open = any(map(_MAY_END.search, found[self._told :]))
        return new

    def end(self) -> list[Written]:
        """The sentences that are left when the text has ended."""
        return self._new(_sentences(self._text))

    def _new(self, found: list[str]) -> list[Written]:
        new = found[self._told :]
        self._told += len(new)
        return [read for read in map(_read, new) if _WORD.search(read.text)]


def _may_be_markers(begun: str) -> bool:
    """Whether what has begun may turn out to belong to the sentence before it."""
    return not _WORD.search(begun) or _OPEN_MARKER.fullmatch(begun) is not None


def _sentences(text: str) -> list[str]:
    moved = _AFTER_END.sub(_before_end, text)
    spans = [span for block in blocks(moved) for span in sentences(moved, block)]
    return [_text(moved, span) for span in spans]


def _text(text: str, span: Span) -> str:
    return text[span.start : span.end]


def _before_end(match: re.Match[str]) -> str:
    markers = "".join(f" [{ranks}]" for ranks in _MARKER.findall(match[2]))
    return f"{markers}{match[1]}{match[4] or ' '}"


def _read(sentence: str) -> Written:
    ranks = [int(n) for found in _MARKER.findall(sentence) for n in re.findall("[0-9]+", found)]
    bullet = _BULLET.match(sentence)
    text = _MARKER.sub("", sentence[bullet.end() :] if bullet else sentence)
    return Written(text.strip(), tuple(dict.fromkeys(ranks)))
