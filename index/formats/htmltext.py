"""The text of a page, element by element. In: elements and texts in order. Out: blocks.

White space is collapsed but in ``pre``. A heading and a cell of a table are one line each.
"""

from collections.abc import Iterable

from index.formats.parsed import Builder, clean, collapse

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LINES = frozenset(("li", "dt", "dd"))
_BLOCKS_NAMES = (
    "address article aside blockquote body caption center details dialog dir div dl "
    "fieldset figcaption figure footer form header hgroup hr legend main menu nav ol p pre "
    "search section summary table tbody td tfoot th thead tr ul"
)
BLOCKS = frozenset(_BLOCKS_NAMES.split())
_LISTS = frozenset(("ul", "ol", "menu", "dir", "dl"))
_NEXT_LINE, _NEXT_BLOCK = 1, 2


def table_row(cells: Iterable[str]) -> str:
    """The cells of a row on one line."""
    return "| " + " | ".join(cells) + " |"


class HtmlText:
    """Collects what is written between elements and appends it to ``builder`` as blocks."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._pieces: list[str] = []
        self._gap = _NEXT_BLOCK
        self._bullet = ""
        self._lists = 0
        self._pre = 0
        self._heading = ""  # the outermost open heading, and how many are open
        self._headings = 0
        self._layout: list[bool] = []  # of each open table
        self._row: list[str] | None = None
        self._in_cell = False

    def write(self, text: str) -> None:
        """Take in a text."""
        self._pieces.append(text)

    def enter(self, name: str, is_layout: bool = False) -> None:
        """Begin an element; ``is_layout`` tells of a table."""
        if self._heading or self._in_cell:
            self._part(name)
            self._headings += name in HEADINGS
        elif name in HEADINGS:
            self._break(_NEXT_BLOCK)
            self._heading, self._headings = name, 1
        elif name == "br":
            self._flush()
            self._gap = min(self._gap + 1, _NEXT_BLOCK)
        elif name == "tr" and self._in_data_table():
            self._end_row()
            self._row = []
        elif name in ("td", "th") and self._row is not None:
            self._break(_NEXT_LINE)
            self._in_cell = True
        else:
            self._edge(name, nested=self._lists > 0)
            self._open(name, is_layout)

    def leave(self, name: str) -> None:
        """End an element."""
        if self._heading:
            self._part(name)
            self._headings -= name in HEADINGS
            if not self._headings:
                self._end_heading()
        elif self._row is not None and name in ("td", "th"):
            self._row.append(collapse("".join(self._pieces)))
            self._pieces.clear()
            self._in_cell = False
        elif self._in_cell:
            self._part(name)
        elif self._row is not None and name == "tr":
            self._end_row()
        else:
            self._edge(name, nested=self._lists > 1)
            self._close(name)

    def end(self) -> None:
        """Append what is left."""
        self._flush()

    def _in_data_table(self) -> bool:
        return bool(self._layout) and not self._layout[-1]

    def _open(self, name: str, is_layout: bool) -> None:
        self._lists += name in _LISTS
        self._pre += name == "pre"
        if name == "li":
            self._bullet = "- "
        elif name == "table":
            self._layout.append(is_layout)

    def _close(self, name: str) -> None:
        self._lists -= name in _LISTS
        self._pre -= name == "pre"
        if name == "li":
            self._bullet = ""
        elif name == "table":
            del self._layout[-1:]

    def _edge(self, name: str, nested: bool) -> None:
        """Where an element begins or ends, a line or a block does; ``nested`` tells of a list."""
        if name in _LINES or (name in _LISTS and nested):
            self._break(_NEXT_LINE)
        elif name in BLOCKS:
            self._break(_NEXT_BLOCK)

    def _part(self, name: str) -> None:
        """An edge inside what is one line divides words only."""
        if name == "br" or name in BLOCKS or name in _LINES or name in HEADINGS:
            self._pieces.append(" ")

    def _break(self, gap: int) -> None:
        self._flush()
        if not self._bullet:  # what begins a list item stands behind its mark
            self._gap = max(self._gap, gap)

    def _flush(self) -> None:
        raw = "".join(self._pieces)
        self._pieces.clear()
        if self._pre:
            kept = "\n".join(line.rstrip() for line in clean(raw).split("\n"))
            text = kept.strip("\n")
        else:
            text = collapse(raw)
        if text:
            self._add(text)

    def _add(self, text: str) -> int:
        bullet, self._bullet = self._bullet, ""
        start = self._builder.add(bullet + text, "\n" * self._gap)
        self._gap = 0
        return start + len(bullet)

    def _end_heading(self) -> None:
        level, title = int(self._heading[1]), collapse("".join(self._pieces))
        self._heading = ""
        self._pieces.clear()
        if title:
            self._builder.mark_heading(self._add(title), level, title)
        self._break(_NEXT_BLOCK)

    def _end_row(self) -> None:
        self._break(_NEXT_LINE)
        cells, self._row = self._row or [], None
        if any(cells):
            self._add(table_row(cells))
            self._gap = _NEXT_LINE
