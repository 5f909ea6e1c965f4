"""Word documents. In: bytes of a .docx. Out: Parsed: paragraphs and tables in their order.

Read from the XML itself: what is in text boxes, content controls and tracked insertions is text
too. Left out: headers and footers, what was deleted, hidden text, comments. A footnote follows
the paragraph that refers to it. Names are compared without their namespace, of which there are
two (transitional and strict).
"""

import posixpath

from lxml import etree

from index.formats.archive import Archive, attribute, local_name
from index.formats.docxstyles import Styles, read_styles
from index.formats.docxtext import DocxText
from index.formats.metadata import labelled
from index.formats.parsed import Builder, Parsed
from index.formats.titles import usable_title
from index.labels import divided

_MAIN, _STYLES, _FOOTNOTES, _ENDNOTES = "officeDocument", "styles", "footnotes", "endnotes"
_PROPERTIES = "core-properties"


def read_docx(content: bytes) -> Parsed:
    """Read the main text; headings are known by their styles."""
    with Archive(content, "DOCX") as archive:
        package = _related(archive, "")
        main = package.get(_MAIN)
        if main is None:
            raise archive.damaged("it holds no Word document")
        parts = _related(archive, main)
        document = archive.read_xml(main)
        if document.getroottree().docinfo.internalDTD is not None:
            raise archive.damaged("it declares entities, as Word never does")
        notes = {
            kind: _notes(archive, parts[kind])
            for kind in (_FOOTNOTES, _ENDNOTES)
            if kind in parts and archive.has(parts[kind])
        }
        properties = _properties(archive, package.get(_PROPERTIES))
        styles = _styles(archive, parts.get(_STYLES))
    builder = Builder()
    text = DocxText(builder, styles, notes.get(_FOOTNOTES, {}), notes.get(_ENDNOTES, {}))
    text.read(document)
    parsed = builder.build(usable_title(properties.get("title")))
    keywords = divided(properties.get("keywords", ""))
    return labelled(parsed, [properties.get("created", "")], keywords)


def _related(archive: Archive, part: str) -> dict[str, str]:
    """The parts that one leads to, by the last word of the relation's type."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if not archive.has(relations):
        return {}
    found: dict[str, str] = {}
    for relation in archive.read_xml(relations):
        kind = (attribute(relation, "Type") or "").rpartition("/")[2]
        target = attribute(relation, "Target") or ""
        found.setdefault(kind, posixpath.normpath(posixpath.join("/", folder, target))[1:])
    return found


def _styles(archive: Archive, part: str | None) -> Styles:
    return read_styles(archive.read_xml(part)) if part and archive.has(part) else Styles({})


def _notes(archive: Archive, part: str) -> dict[str, etree._Element]:
    return {attribute(note, "id") or "": note for note in archive.read_xml(part)}


def _properties(archive: Archive, part: str | None) -> dict[str, str]:
    """What the core properties state, by name; the first of each."""
    if not part or not archive.has(part):
        return {}
    found: dict[str, str] = {}
    for element in archive.read_xml(part).iter():
        found.setdefault(local_name(element), element.text or "")
    return found
