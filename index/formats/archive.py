"""Zip archives that documents come in. In: bytes. Out: an opened Archive within limits.

Nothing is unpacked to disk, so names inside lead nowhere; only parts asked for are read.
"""

import io
import zipfile
import zlib

from lxml import etree

from index.errors import FileRefused

MOST_UNPACKED = 1 << 30
# Word's XML packs to a tenth or a thirtieth; nothing that people write to a two-hundredth.
MOST_RATIO = 200
RATIO_COUNTS_FROM = 16 << 20
MOST_PARTS = 20_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Archive:
    """The parts of a document; ``kind`` names its format in messages."""

    def __init__(self, content: bytes, kind: str) -> None:
        self._kind = kind
        if content.startswith(_OLE):
            raise FileRefused(_why_ole(content, kind))
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise self.damaged(str(error)) from error
        self._refuse_bomb(len(content))

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    def damaged(self, what: str) -> FileRefused:
        """The refusal of a file in which something is wrong."""
        return FileRefused(f"is damaged: {what}; save it as {self._kind} anew")

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self._zip.NameToInfo

    def read(self, name: str) -> bytes:
        """The bytes of a part, no more than it says it has."""
        try:
            info = self._zip.getinfo(name)
            if info.flag_bits & 1:
                raise FileRefused("is encrypted; save it without a password and index again")
            return self._zip.read(info)
        except KeyError as error:
            raise self.damaged(f"its part {name!r} is missing") from error
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
            raise self.damaged(f"its part {name!r} cannot be unpacked") from error

    def read_xml(self, name: str) -> etree._Element:
        """A part as XML; entities are not resolved and nothing outside is read."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            return etree.fromstring(self.read(name), parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self.damaged(f"its part {name!r} is no valid XML") from error

    def _refuse_bomb(self, packed: int) -> None:
        parts = self._zip.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED:
            raise FileRefused(
                f"would unpack to {unpacked >> 20} MiB in {len(parts)} parts, more than "
                f"{MOST_UNPACKED >> 20} MiB or {MOST_PARTS} parts; split it"
            )
        if unpacked > RATIO_COUNTS_FROM and unpacked > MOST_RATIO * packed:
            raise FileRefused(
                f"would unpack to more than {MOST_RATIO} times its size, as no document does; "
                f"save it as {self._kind} anew"
            )


def _why_ole(content: bytes, kind: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "is encrypted; save it without a password and index again"
    return f"is a file of an older Office, not {kind}; save it as {kind}"


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """The attribute of this name in any namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None
