"""HTML. In: bytes. Out: Parsed: what a reader of the page would see, as blocks of text.

Left out: scripts, styles, what is hidden, alternative texts of images, form fields. Blocks are
divided by a blank line, list items begin with "- ", a row of a table is "| a | b |". A table
that holds a table or a heading serves the layout; its cells are blocks.
"""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from index.errors import FileRefused
from index.formats.encoding import decode_html
from index.formats.htmltext import HEADINGS, HtmlText
from index.formats.metadata import labelled_by_page
from index.formats.parsed import Builder, Parsed, collapse

# The parser's time grows with the square of the depth: 50,000 takes it 5 s, a million hours.
DEEPEST = 10_000
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_SELF_CLOSED = re.compile(r"<([A-Za-z][\w:.-]*+)([^<>]*)/>")
_VOID_NAMES = "area base br col embed hr img input link meta source track wbr"
_VOID = frozenset(_VOID_NAMES.split())
_CLOSED_BY_THEMSELVES_NAMES = (
    "p li dt dd tr td th thead tbody tfoot colgroup option optgroup rt rp body html head"
)
_CLOSED_BY_THEMSELVES = frozenset(_CLOSED_BY_THEMSELVES_NAMES.split())
_NOT_SHOWN_NAMES = (
    "head script style template noscript noframes iframe object svg canvas audio video "
    "select datalist textarea annotation annotation-xml"
)
_NOT_SHOWN = frozenset(_NOT_SHOWN_NAMES.split())
_TEXT = "-text"
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read_html(content: bytes) -> Parsed:
    """Read a page; its title is <title>, or the first h1."""
    return _read(decode_html(content))


def read_xhtml(content: bytes) -> Parsed:
    """Read a page of the XML kind, where any element may close itself."""
    return _read(open_self_closed(decode_html(content)))


def _read(markup: str) -> Parsed:
    builder = Builder()
    tree = _tree(markup)
    return labelled_by_page(builder.build(_add(builder, tree)), tree)


def open_self_closed(markup: str) -> str:
    """``<title/>`` as ``<title></title>``: HTML would take all that follows into the title."""
    return _SELF_CLOSED.sub(
        lambda tag: (
            tag[0] if tag[1].lower() in _VOID else f"<{tag[1]}{tag[2].rstrip()}></{tag[1]}>"
        ),
        markup,
    )


def add_html(builder: Builder, markup: str) -> str | None:
    """Append what a page shows to ``builder``; returns its title."""
    return _add(builder, _tree(markup))


def _tree(markup: str) -> LexborHTMLParser:
    _refuse_depth(markup)
    try:
        return LexborHTMLParser(markup)
    except SelectolaxError as error:  # no page is wrong to it; it had no memory
        raise MemoryError from error


def _add(builder: Builder, tree: LexborHTMLParser) -> str | None:
    root = tree.root
    if root is None:
        return None
    before = len(builder.headings)
    layout = _layout_tables(root)
    text = HtmlText(builder)
    for node, enters in _visible(root):
        name = _name(node)
        if name == _TEXT:
            text.write((node.text_content or "") if enters else "")
        elif enters:
            text.enter(name, is_layout=node.mem_id in layout)
        else:
            text.leave(name)
    text.end()
    title = tree.css_first("head title")
    named = collapse(title.text(deep=True)) if title else ""
    tops = (h.title for h in builder.headings[before:] if h.level == 1)
    return named or next(tops, None)


def _name(node: LexborNode) -> str:
    return node.tag or ""


def _visible(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Each visible node when it is entered (True) and when it is left (False)."""
    node = root
    while True:
        shown = _is_shown(node)
        if shown:
            yield node, True
        child = node.first_child if shown else None
        if child is not None:
            node = child
            continue
        if shown:
            yield node, False
        while node.mem_id != root.mem_id and node.next is None and node.parent is not None:
            node = node.parent
            yield node, False
        if node.mem_id == root.mem_id or node.next is None:
            return
        node = node.next


def _is_shown(node: LexborNode) -> bool:
    name = _name(node)
    if name == _TEXT:
        return True
    if name in _NOT_SHOWN or not name[:1].isalpha():  # comments, the document type
        return False
    attributes = node.attributes
    if not attributes:
        return True
    return not (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or _HIDING_STYLE.search(attributes.get("style") or "")
    )


def _layout_tables(root: LexborNode) -> set[int]:
    """The tables that hold a table or a heading."""
    layout: set[int] = set()
    opened: list[int] = []
    for node, enters in _visible(root):
        name = node.tag
        if name != "table" and name not in HEADINGS:
            continue
        if enters and opened:
            layout.add(opened[-1])
        if name == "table":
            opened.append(node.mem_id) if enters else opened.pop()
    return layout


def _refuse_depth(markup: str) -> None:
    depth = 0
    for tag in _TAG.finditer(markup):
        name = tag[2].lower()
        if name in _VOID or name in _CLOSED_BY_THEMSELVES:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > DEEPEST:
            raise FileRefused(
                f"has elements more than {DEEPEST} deep in each other; save its text by itself"
            )
