"""Paragraph styles of a Word document. In: styles.xml. Out: Styles.

What an identifier means is said by the style's name, which is English in every language's
Word, and by what it is based on.
"""

import re
from dataclasses import dataclass

from lxml import etree

from index.formats.archive import attribute, local_name

_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_LAST_OUTLINE_LEVEL = 8


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph is by its style: a heading of a level, an item of a list."""

    level: int | None = None
    is_item: bool = False


class Styles:
    """Styles by identifier."""

    def __init__(self, styles: dict[str, Style]) -> None:
        self._styles = styles

    def of(self, paragraph: etree._Element) -> Style:
        """What a paragraph is by its style and by its own properties."""
        properties = child(paragraph, "pPr")
        if properties is None:
            return Style()
        named = child(properties, "pStyle")
        style = self._styles.get(attribute(named, "val") or "" if named is not None else "")
        own = _own(properties)
        if style is None:
            return own
        return Style(own.level or style.level, own.is_item or style.is_item)


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of that name."""
    return next((inner for inner in element if local_name(inner) == name), None)


def read_styles(root: etree._Element) -> Styles:
    """Read the styles with what they take over from those they are based on."""
    raw: dict[str, tuple[Style, str | None]] = {}
    for element in root:
        if local_name(element) == "style":
            base = child(element, "basedOn")
            identifier = attribute(element, "styleId") or ""
            raw[identifier] = (
                _by_name(element),
                attribute(base, "val") if base is not None else None,
            )
    return Styles({identifier: _inherited(identifier, raw) for identifier in raw})


def _inherited(identifier: str, raw: dict[str, tuple[Style, str | None]]) -> Style:
    style, base = raw[identifier]
    seen = {identifier}
    while base in raw and base not in seen and (style.level is None or not style.is_item):
        seen.add(base)
        lower, following = raw[base]
        style = Style(style.level or lower.level, style.is_item or lower.is_item)
        base = following
    return style


def _by_name(element: etree._Element) -> Style:
    named, properties = child(element, "name"), child(element, "pPr")
    name = attribute(named, "val") or "" if named is not None else ""
    own = _own(properties) if properties is not None else Style()
    heading = _HEADING.fullmatch(name)
    if heading:  # numbered headings are headings, not items
        return Style(int(heading[1]))
    return Style(1) if name.lower() == "title" else own


def _own(properties: etree._Element) -> Style:
    outline, numbering = child(properties, "outlineLvl"), child(properties, "numPr")
    value = attribute(outline, "val") if outline is not None else None
    level = int(value) if value and value.isdecimal() else _LAST_OUTLINE_LEVEL + 1
    number = child(numbering, "numId") if numbering is not None else None
    is_item = number is not None and attribute(number, "val") != "0"
    return Style(level + 1 if level <= _LAST_OUTLINE_LEVEL else None, is_item)
