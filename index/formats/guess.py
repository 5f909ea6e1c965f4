"""Which old encoding a text is in. In: bytes. Out: the name of a codec, or nothing if unsure.

An encoding is believed when the bytes are valid in it, charset-normalizer finds no mess in the
text, and its letters and its commonest words are those of a language that was written so.
charset-normalizer by itself took French for Baltic and Spanish for Polish.
"""

import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from index.formats.languages import LANGUAGES, Language

SAMPLE = 64 * 1024
_MOST_MESS = 0.2
_FITTING_LETTERS = 0.98
# How much of a text its language's commonest words (or characters) are: a half in English.
_LEAST_COMMON = 0.05
_LEAST_WORDS = 3
_LEAST_CHARACTERS = 6
_LEAST_LETTERS = 2  # a single letter is soon met by chance
_MARGIN = 2.0
_WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u05b0-\u05c7\u064b-\u065f])+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# Where a letter stood in the true encoding: signs that do not follow a letter.
_ODD = re.compile(r"[^\W\d_][‚ƒ„†‡ˆ‰‹¡¢£¤¥¦¨¬¯±´¶¸¿×÷¼½¾\x80-\x9f]|[\x00-\x08\x0e-\x1f]|\ufffd|¤")
# The same between letters, in languages that put spaces around signs.
_ODD_INSIDE = re.compile(
    r"[^\W\d_](?:[^\w\s\x00-\x7f’‑–—·…\u0300-\u036f\u05b0-\u05c7\u064b-\u065f]|[¹²³])[^\W\d_]"
)
_MOST_ODD = 0.02
_CODECS = tuple(sorted({name for language in LANGUAGES for name in language.encodings}))
_WIDE = ("utf_16_le", "utf_16_be")


def guess_encoding(content: bytes) -> str | None:
    """The codec that a language's look speaks for, when none other comes near."""
    scores: dict[str, tuple[float, str]] = {}
    for encoding, text in _candidates(content):
        best = max(_likeness(text, language, encoding) for language in LANGUAGES)
        if best > scores.get(text, (_LEAST_COMMON, ""))[0]:
            scores[text] = (best, encoding)
    ranked = sorted(scores.values(), reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][0] < _MARGIN * ranked[1][0]):
        return None
    return ranked[0][1]


def _candidates(content: bytes) -> Iterator[tuple[str, str]]:
    """The sample in each encoding that it is valid in and in which it is no mess."""
    wide = content[: SAMPLE - SAMPLE % 2]
    narrow = _sample(content)
    for match in from_bytes(narrow, cp_isolation=[*_CODECS], threshold=_MOST_MESS):
        for encoding in match.could_be_from_charset:
            yield encoding, str(match)
    for encoding in _WIDE if len(content) % 2 == 0 else ():
        try:
            yield encoding, wide.decode(encoding)
        except UnicodeDecodeError:
            continue


def _sample(content: bytes) -> bytes:
    """Lines from where bytes beyond ASCII first stand, from the middle and from the end."""
    if len(content) <= SAMPLE:
        return content
    first = re.search(rb"[\x80-\xff\x1b]", content)
    third = SAMPLE // 3
    starts = (first.start() if first else 0, len(content) // 2, len(content) - third)
    return b"\n".join(_whole_lines(content, start, third) for start in starts)


def _whole_lines(content: bytes, start: int, size: int) -> bytes:
    begin = content.rfind(b"\n", max(0, start - size), start) + 1
    if begin == 0 and start > size:  # a very long line
        begin = content.find(b"\n", start, start + size) + 1 or start
    end = content.rfind(b"\n", begin, begin + size)
    return content[begin : end if end > begin else begin + size]


def _likeness(text: str, language: Language, encoding: str) -> float:
    """How much of the text the language's commonest words are; 0 if it cannot be its text."""
    if encoding not in language.encodings and encoding not in _WIDE:
        return 0.0
    beyond = _BEYOND_ASCII.findall(text)
    letters = [character for character in beyond if character.isalpha()]
    fitting = sum(1 for letter in letters if language.letters.match(letter))
    odd = len(_ODD.findall(text)) + (len(_ODD_INSIDE.findall(text)) if language.spaced else 0)
    if fitting < _FITTING_LETTERS * len(letters) or odd > _MOST_ODD * len(beyond):
        return 0.0
    found = _WORD.findall(text.lower()) if language.spaced else letters
    hits = [one for one in found if one in language.common]
    least = _LEAST_WORDS if language.spaced else _LEAST_CHARACTERS
    if len(found) < least or len("".join(hits)) < _LEAST_LETTERS:
        return 0.0
    return len(hits) / len(found)
