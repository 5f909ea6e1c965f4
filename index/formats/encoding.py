"""Bytes to text. In: bytes. Out: a string, or FileRefused when the encoding cannot be told.

A byte-order mark decides, then UTF-8 if all of it is valid. Other encodings are guessed from a
sample and then decoded strictly; a wrong guess is worse than a refusal.
"""

import codecs
import re

from index.errors import FileRefused
from index.formats.guess import guess_encoding

_NUL = "holds NUL bytes, so it is not text; give it another suffix"
_SHIFT = b"\x1b$"  # to Japanese, within ASCII
_MARKS = (  # UTF-32's before UTF-16's, which begins alike
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"<meta\s[^>]*?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml\s[^>]*?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_DECLARATION_WITHIN = 4096
# What browsers take these names for (WHATWG Encoding Standard).
_AS_BROWSERS_DO = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-8",  # the declaration was read as bytes, so it cannot be UTF-16
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}


def decode(content: bytes) -> str:
    """The text of ``content`` without a byte-order mark; raises ``FileRefused``."""
    marked = _decode_marked(content)
    return _decode_unmarked(content) if marked is None else marked


def decode_html(content: bytes) -> str:
    """The same for HTML and XML, which may declare their encoding."""
    marked = _decode_marked(content)
    return (_decode_declared(content) or _decode_unmarked(content)) if marked is None else marked


def _decode_marked(content: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], encoding, len(mark))
    return None


def _decode_declared(content: bytes) -> str | None:
    declared = _DECLARED.search(content[:_DECLARATION_WITHIN])
    if declared is None:
        return None
    name = (declared[1] or declared[2]).decode("ascii", "replace")
    try:
        encoding = codecs.lookup(name).name
        encoding = _AS_BROWSERS_DO.get(encoding, encoding)
        if encoding == "cp1252":  # declared by servers' defaults; valid UTF-8 says more
            return _if_utf8(content) or content.decode(encoding)
        return content.decode(encoding)
    except (LookupError, UnicodeError):
        return None  # a false declaration counts as none


def _decode_unmarked(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_guessed(
            content,
            f"is not UTF-8 text (byte {error.start}), and what it is cannot be told for certain; "
            "save it as UTF-8 and index again",
        )
    # UTF-16 without a mark, and ISO-2022-JP, can be valid UTF-8.
    if "\x00" in text:
        return _decode_guessed(content, _NUL)
    if _SHIFT in content and guess_encoding(content) == "iso2022_jp":
        return _strictly(content, "iso2022_jp")
    return text


def _decode_guessed(content: bytes, otherwise: str) -> str:
    encoding = guess_encoding(content)
    if encoding is None:
        raise FileRefused(otherwise)
    return _strictly(content, encoding)


def _if_utf8(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _strictly(content: bytes, encoding: str, offset: int = 0) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused(
            f"is not {encoding.upper()} text (byte {offset + error.start}) as it seems to be; "
            "save it as UTF-8 and index again"
        ) from error
    if "\x00" in text:
        raise FileRefused(_NUL)
    return text
