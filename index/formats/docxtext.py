"""The text of a Word document's XML, element by element. In: elements. Out: blocks."""

from dataclasses import dataclass, field

from lxml import etree

from index.formats.archive import attribute, local_name
from index.formats.docxstyles import Style, Styles, child
from index.formats.htmltext import table_row
from index.formats.parsed import Builder, collapse

# Properties (their tab stops are no tabs), what was deleted, the second copy of a text box.
_PASSED_OVER_NAMES = "pPr rPr tblPr trPr tcPr sectPr sdtPr del moveFrom Fallback rubyPr rt"
_PASSED_OVER = frozenset(_PASSED_OVER_NAMES.split())
_MARKS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NONE = Style()


@dataclass
class _Paragraph:
    style: Style
    pieces: list[str] = field(default_factory=list)
    notes: list[etree._Element] = field(default_factory=list)


class DocxText:
    """Appends paragraphs and rows of tables to ``builder``."""

    def __init__(
        self,
        builder: Builder,
        styles: Styles,
        footnotes: dict[str, etree._Element],
        endnotes: dict[str, etree._Element],
    ) -> None:
        self._builder = builder
        self._styles = styles
        self._notes = {"footnoteReference": footnotes, "endnoteReference": endnotes}
        self._open: list[_Paragraph] = []  # a text box holds paragraphs inside one
        self._tables = 0
        self._row: list[str] = []
        self._cell: list[str] = []
        self._waiting: list[etree._Element] = []  # notes of the row or paragraph
        self._last = ""

    def read(self, root: etree._Element) -> None:
        """Append what stands below ``root`` and the notes it refers to."""
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            name = local_name(element)
            if event == "end":
                self._leave(name)
            elif name in _PASSED_OVER or (name == "r" and _is_hidden(element)):
                walker.skip_subtree()
            else:
                self._enter(name, element)

    def _enter(self, name: str, element: etree._Element) -> None:
        if name == "p":
            self._open.append(_Paragraph(self._styles.of(element)))
        elif name == "tbl":
            self._tables += 1
            if self._tables == 1:
                self._last = ""  # two tables, one after the other, stay two
        elif name == "tc" and self._tables == 1:
            self._cell = []
        elif self._open:
            self._take(name, element)

    def _take(self, name: str, element: etree._Element) -> None:
        paragraph = self._open[-1]
        if name == "t":
            paragraph.pieces.append(element.text or "")
        elif name in _MARKS:
            paragraph.pieces.append(_MARKS[name])
        elif name in self._notes:
            note = self._notes[name].get(attribute(element, "id") or "")
            if note is not None:
                self._waiting.append(note)

    def _leave(self, name: str) -> None:
        if name == "p" and self._open:
            self._end_paragraph(self._open.pop())
        elif name == "tbl":
            self._tables -= 1
        elif self._tables == 1 and name == "tc":
            self._row.append(" ".join(self._cell))
        elif self._tables == 1 and name == "tr":
            self._end_row()

    def _end_paragraph(self, paragraph: _Paragraph) -> None:
        lines = [collapse(line) for line in "".join(paragraph.pieces).split("\n")]
        text = "\n".join(filter(None, lines))
        if self._tables:
            self._cell.extend(filter(None, [collapse(text)]))
            return
        if text and paragraph.style.level is not None:
            title = collapse(text)
            self._builder.mark_heading(self._add(title, "heading"), paragraph.style.level, title)
        elif text:
            is_item = paragraph.style.is_item
            self._add(f"- {text}" if is_item else text, "item" if is_item else "paragraph")
        if not self._open:
            self._add_notes()

    def _end_row(self) -> None:
        if any(self._row):
            self._add(table_row(self._row), "row")
        self._row = []
        if not self._open:
            self._add_notes()

    def _add(self, text: str, kind: str) -> int:
        """Items of a list and rows of a table follow each other without a blank line."""
        together = kind == self._last and kind in ("item", "row")
        self._last = kind
        return self._builder.add(text, "\n" if together else "\n\n")

    def _add_notes(self) -> None:
        notes, self._waiting = self._waiting, []
        for note in notes:
            inner = DocxText(self._builder, self._styles, {}, {})  # a note refers to no other
            inner.read(note)
            self._last = ""


def _is_hidden(run: etree._Element) -> bool:
    properties = child(run, "rPr")
    mark = child(properties, "vanish") if properties is not None else None
    return mark is not None and attribute(mark, "val") not in ("0", "false", "off")
