"""Failures of the service. In: nothing. Out: more branches of the tree in ``index.errors``.

::

    CitewellError
    ├── WrongUse
    │   ├── QuestionInvalid     a question that cannot be asked; names the field
    │   ├── SettingsInvalid     a setting that does not exist or cannot be
    │   └── AddressInUse        the service cannot listen there
    ├── DocumentMissing         the index holds no document of this id
    └── CitationMismatch        a passage is not what was indexed; never sent
"""

from index.errors import CitewellError, WrongUse


class QuestionInvalid(WrongUse):
    """A question, or what goes with it, that cannot be asked; ``field`` names the part."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


class SettingsInvalid(WrongUse):
    """A ``CITEWELL_*`` variable is unknown or holds an impossible value."""


class AddressInUse(WrongUse):
    """The host and port cannot be listened on."""


class DocumentMissing(CitewellError):
    """The index holds no document of this id."""


class CitationMismatch(CitewellError):
    """The text at a passage's offsets is not the text that was indexed."""
