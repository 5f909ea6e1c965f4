"""File names to media types. In: a suffix. Out: the media type, by which a reader is chosen."""

from pathlib import Path

PLAIN, MARKDOWN, HTML, XHTML = "text/plain", "text/markdown", "text/html", "application/xhtml+xml"
PDF, EPUB = "application/pdf", "application/epub+zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV, TSV, JSON_LINES = "text/csv", "text/tab-separated-values", "application/jsonl"

MEDIA_TYPES = {
    ".txt": PLAIN,
    ".text": PLAIN,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": XHTML,
    ".pdf": PDF,
    ".docx": DOCX,
    ".epub": EPUB,
    ".csv": CSV,
    ".tsv": TSV,
    ".jsonl": JSON_LINES,
    ".ndjson": JSON_LINES,
}


def media_type(file: Path) -> str | None:
    """The media type of a file by its suffix in any case; nothing for a foreign format."""
    return MEDIA_TYPES.get(file.suffix.lower())
