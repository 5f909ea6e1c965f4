"""EPUB. In: bytes. Out: Parsed: the chapters in reading order, each as the HTML it is."""

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from index.errors import FileRefused
from index.formats.archive import Archive, attribute, local_name
from index.formats.encoding import decode_html
from index.formats.html import add_html, open_self_closed
from index.formats.media import HTML, XHTML
from index.formats.metadata import labelled
from index.formats.parsed import Builder, Parsed
from index.formats.titles import usable_title

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
# Scrambled fonts are no hindrance.
_FONTS_ONLY = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read_epub(content: bytes) -> Parsed:
    """Read every chapter of the spine."""
    with Archive(content, "EPUB") as archive:
        _refuse_encrypted(archive)
        package_path = _package_path(archive)
        package = archive.read_xml(package_path)
        builder = Builder()
        for path in _chapters(package, posixpath.dirname(package_path)):
            add_html(builder, open_self_closed(decode_html(archive.read(path))))
        dates, subjects = _stated(package, "date"), _stated(package, "subject")
        return labelled(builder.build(_title(package)), dates, subjects)


def _refuse_encrypted(archive: Archive) -> None:
    if not archive.has(_ENCRYPTION):
        return
    methods = (e for e in archive.read_xml(_ENCRYPTION).iter() if local_name(e) == _METHOD)
    if any(attribute(method, "Algorithm") not in _FONTS_ONLY for method in methods):
        raise FileRefused("is encrypted (DRM); index a copy without it")


_METHOD = "EncryptionMethod"


def _package_path(archive: Archive) -> str:
    for element in archive.read_xml(_CONTAINER).iter():
        path = attribute(element, "full-path")
        if local_name(element) == "rootfile" and path:
            return path
    raise archive.damaged("it names no package")


def _chapters(package: etree._Element, folder: str) -> Iterator[str]:
    items = {
        attribute(element, "id"): element
        for element in package.iter()
        if local_name(element) == "item"
    }
    for element in package.iter():
        item = items.get(attribute(element, "idref")) if local_name(element) == "itemref" else None
        if item is not None and attribute(item, "media-type") in (XHTML, HTML):
            yield posixpath.normpath(posixpath.join(folder, unquote(attribute(item, "href") or "")))


def _stated(package: etree._Element, name: str) -> list[str]:
    """The values of an element of Dublin Core."""
    return [e.text or "" for e in package.iter(f"{_DUBLIN_CORE}{name}")]


def _title(package: etree._Element) -> str | None:
    titles = (e.text for e in package.iter() if local_name(e) == "title")
    return usable_title(next(titles, None))
