"""Every failure of citewell that has an explanation. In: nothing. Out: the error tree.

::

    CitewellError                 each message ends with what to do next
    ├── WrongUse                  the caller asked for something that cannot be
    │   ├── SourceMissing         a source to index does not exist
    │   ├── SourceClash           two sources hold the same relative path
    │   ├── IgnoreFileInvalid     a .citewellignore that cannot be obeyed
    │   ├── DocumentUnknown       the index holds no document of this name
    │   ├── DocumentPresent       a document that is to be brought back is there
    │   ├── GenerationMissing     there is no such generation to go back to
    │   ├── FilterInvalid         conditions on documents that cannot be meant; names the field
    │   └── (service) QuestionInvalid, SettingsInvalid, AddressInUse, DocumentRefused,
    │       UploadTooLarge, EditingRefused, FeedbackInvalid, KeyRefused
    │       (eval) QuestionSetInvalid, OutputExists
    ├── NothingToIndex            the sources hold no readable document
    ├── FileRefused               one file cannot be indexed; the others can
    ├── IndexUnusable             the index cannot answer
    │   ├── IndexMissing          there is none at this place
    │   ├── IndexFormat           it was written by another format, model or width
    │   └── IndexDamaged          its files contradict its manifest
    ├── IndexBusy                 another process is writing this index
    ├── ModelUnusable             the embedding model is absent or not the stated one
    │   └── ModelNotExportable    it does not give the same vectors by ONNX Runtime
    └── (service) CitationMismatch, DocumentMissing, EditingFailed

The command line maps them to exit codes in ``index.console``, the web layer to HTTP
statuses in ``service.web.problems``: nowhere else.
"""


class CitewellError(Exception):
    """Root of all failures that citewell explains; ``str(error)`` is for the user."""


class WrongUse(CitewellError):
    """The request itself is wrong; asking again the same way fails again."""


class SourceMissing(WrongUse):
    """A source path does not exist or is of a kind that cannot be read."""


class SourceClash(WrongUse):
    """Two documents would have the same path inside the index."""


class IgnoreFileInvalid(WrongUse):
    """The ``.citewellignore`` of a source cannot be obeyed."""


class DocumentUnknown(WrongUse):
    """The index holds no document of this path or id."""

    @classmethod
    def of(cls, name: str) -> "DocumentUnknown":
        """The error that names the document."""
        return cls(f"the index holds no document {name!r}; `citewell list` names them")


class DocumentPresent(WrongUse):
    """The index holds a document of the id that is to be brought back."""


class GenerationMissing(WrongUse):
    """There is no such generation to go back to."""


class FilterInvalid(WrongUse):
    """Conditions on documents that cannot be meant; ``field`` names the one."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


class NothingToIndex(CitewellError):
    """No document could be read from the sources; the index is left as it was."""


class FileRefused(CitewellError):
    """One file could not be read as a document."""


class IndexUnusable(CitewellError):
    """The index at this place cannot answer questions."""


class IndexMissing(IndexUnusable):
    """There is no index at this place."""


class IndexFormat(IndexUnusable):
    """The index is of another format, model or vector width than this program reads."""


class IndexDamaged(IndexUnusable):
    """A file of the index is missing, or is not what the manifest says it is."""


class IndexBusy(CitewellError):
    """Another process holds the write lock of this index."""


class ModelUnusable(CitewellError):
    """The embedding model is not installed, or its weights are not the stated ones."""


class ModelNotExportable(ModelUnusable):
    """The model as ONNX would not be the same; the message is a clause that says why."""
