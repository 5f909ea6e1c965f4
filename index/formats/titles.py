"""Titles in a file's properties. In: what a program wrote there. Out: a title, or nothing."""

import re

from index.formats.parsed import collapse

_JUNK = re.compile(
    r"untitled.*|(?:no )?title|(?:word |new )?document ?\d*|powerpoint presentation|slide \d+"
    r"|microsoft (?:word|powerpoint|excel)\b.*|.*\.(?:docx?|rtf|odt|pptx?|xlsx?|indd|qxd|tex|dvi|ps"
    r"|pdf|html?|txt|wpd|p65|fm|pmd)|[\W\d_]*|.",
    re.IGNORECASE,
)


def usable_title(raw: str | None) -> str | None:
    """The title on one line, unless it is empty or what programs write by themselves."""
    title = collapse(raw or "")
    return None if _JUNK.fullmatch(title) else title
