"""Texts of others made fit to show. In: any text. Out: the same without control characters."""

_C0 = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n\r"}
_SHOWN_INSTEAD = _C0 | dict.fromkeys(range(0x7F, 0xA0), 0xFFFD)


def visible(text: str) -> str:
    """Control characters, which steer terminals and are no HTML, as the signs for them."""
    return text.translate(_SHOWN_INSTEAD)


def on_one_line(text: str) -> str:
    """Visible, and every run of white space one space."""
    return visible(" ".join(text.split()))


def in_cell(text: str) -> str:
    """On one line, and ending no cell of a Markdown table."""
    return on_one_line(text).replace("|", "\\|")
