"""Texts of every kind, for properties that must hold for all of them."""

from hypothesis import strategies as st

# fmt: off
SCRIPTS = st.sampled_from([
    "word", "Word", "soviet", "3.14", "e.g.", "é", "e\u0301\u0323", "😀", "👩\u200d👩\u200d👧",
    "文字", "한국어", "שלום", "مرحبا", "don't", "well-known", "*bold*", "`code`", "|", "#", "-",
    "x" * 30, "x" * 450, "文" * 90,
])
GAPS = st.sampled_from([
    " ", " ", " ", " ", " ", " ", "  ", "\t", "\n", "\r\n", "\n\n", "\r\n\r\n", "\x0c", "\u00a0",
    "\u2028", ". ", "! ", "? ", "。", "... ", "\n\n# ", "\n- ", "\n1. ", ", ", "",
])
# fmt: on


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Words, gaps and marks; often long runs without any mark; sometimes anything at all."""
    parts: list[str] = []
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.integers(0, 4))
        if kind == 0:
            parts.append(draw(st.text(max_size=40)))
        elif kind == 1:
            words = draw(st.lists(SCRIPTS, min_size=1, max_size=8))
            parts.append(" ".join(words * draw(st.integers(1, 40))))
        else:
            pairs = draw(st.lists(st.tuples(SCRIPTS, GAPS), max_size=40))
            parts.extend(piece for pair in pairs for piece in pair)
        parts.append(draw(GAPS))
    return "".join(parts)
