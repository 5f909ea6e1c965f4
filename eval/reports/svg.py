"""Plots as inline SVG that follows the page's colours. In: a matplotlib Figure. Out: Markup.

Matplotlib writes colours and fonts into style attributes, which the page's content security
policy forbids. Here each becomes an attribute of its own, the colours of ``Ink`` become
classes that the style sheet colours, and what would collide or load something goes.
"""

from enum import StrEnum
from io import BytesIO

from lxml import etree
from markupsafe import Markup

from eval.reports.drawing import Figure, rc_context

_LINK = "{http://www.w3.org/1999/xlink}href"
_DROPPED = ("metadata", "style")
_INHERITED = ("font", "font-family")
FONT_SIZE = 12


class Ink(StrEnum):
    """Colours that stand for a part of the drawing; the page decides what they look like."""

    LINE = "#010101"
    """Axes and their text."""
    GRID = "#020202"
    GOOD = "#030303"
    """What is answerable; the main series."""
    BAD = "#040404"
    """What is unanswerable; the second series."""
    MARKED = "#050505"
    """A line that marks a place."""


_INKS = {ink.value: ink.name.lower() for ink in Ink}


def inline_svg(figure: Figure, name: str, label: str) -> Markup:
    """The figure as an ``<svg role="img">`` whose ids begin with ``name``.

    Equal figures give equal text.
    """
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        stream = BytesIO()
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None})
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    drawn = etree.fromstring(stream.getvalue(), parser)
    root = etree.Element("svg", viewBox=str(drawn.get("viewBox")), role="img")
    root.set("class", "plot")
    root.set("aria-label", label)
    _copy_children(drawn, root, name)
    _drop_unused_ids(root)
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704 - every value is escaped


def _copy_children(source: etree._Element, target: etree._Element, name: str) -> None:
    for child in source:
        tag = etree.QName(child).localname
        if tag in _DROPPED:
            continue
        copy = etree.SubElement(target, tag)
        copy.text = (child.text or "").strip() or None
        for key, value in child.attrib.items():
            _copy_attribute(copy, str(key), str(value), name)
        _copy_children(child, copy, name)


def _copy_attribute(target: etree._Element, key: str, value: str, name: str) -> None:
    if key == "style":
        for declaration in value.split(";"):
            _copy_style(target, *(part.strip() for part in declaration.split(":", 1)))
    elif key == _LINK:
        target.set("href", value.replace("#", f"#{name}-"))
    elif key == "id":
        target.set("id", f"{name}-{value}")
    elif key == "clip-path":
        target.set(key, value.replace("url(#", f"url(#{name}-"))
    elif key == "d":
        target.set(key, " ".join(value.split()))
    elif not (key == "transform" and value.startswith("rotate(-0 ")):
        target.set(key, value)


def _copy_style(target: etree._Element, key: str, value: str) -> None:
    if value in _INKS:
        drawn = f"{key}-{_INKS[value]}"
        target.set("class", f"{target.get('class', '')} {drawn}".strip())
    elif key not in _INHERITED:
        target.set(key, value)


def _drop_unused_ids(root: etree._Element) -> None:
    used = {str(e.get("href")).lstrip("#") for e in root.iter() if e.get("href")}
    used |= {str(e.get("clip-path"))[5:-1] for e in root.iter() if e.get("clip-path")}
    for element in root.iter():
        if "id" in element.attrib and element.get("id") not in used:
            del element.attrib["id"]
