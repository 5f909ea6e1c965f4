"""JSON Lines: a record is a block; a bad line is named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import FileRefused
from index.formats.jsonlines import read_json_lines


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('{"a": 1, "b": {"c": "x\\n y", "d": [1, true]}}\n\n{"e": null, "f": ""}\n{"g": "z"}\n',
         "a: 1\nb.c: x y\nb.d: 1, true\n\ng: z"),
        ('{"a": [{"b": 1}, [2, 3], "c"]}', "a.1.b: 1\na.2: 2, 3\na.3: c"),
        ('"plain"\r\n[1, 2]\n1.50\n', "plain\n\n1, 2\n\n1.50"),
        ('{"n": 123456789012345678901234567890.10e5, "m": NaN}',
         "n: 123456789012345678901234567890.10e5\nm: NaN"),
        ('{"a": "\u2028b"}', "a: b"),
        ("{}\n[]\nnull", ""),
        ("{\"n\": " + "1" * 5000 + "}", "n: " + "1" * 5000),
    ],
)  # fmt: skip
def test_records(content: str, text: str) -> None:
    assert read_json_lines(content.encode()).text == text


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"a": 1', "is no JSON in line 2: .*; correct the line"),
        ("{'a': 1}", "is no JSON in line 2"),
        ('{"a": "\\ud800"}', "holds half a character in line 2"),
        ('{"\\udfff": 1}', "holds half a character in line 2"),
        ("[" * 100_000, "is nested too deeply in line 2"),
    ],
)
def test_a_bad_line_is_named(line: str, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        read_json_lines(f'{{"good": 1}}\n{line}\n'.encode())


records = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.sampled_from("ab \n:."), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab."), inner, max_size=3),
)


@given(st.lists(records, max_size=4))
def test_each_record_is_at_most_one_block(values: list[object]) -> None:
    text = read_json_lines("\n".join(map(json.dumps, values)).encode()).text
    assert text.count("\n\n") <= max(0, len(values) - 1)
    assert "\n\n\n" not in text
    for letter in "ab":
        assert (letter in json.dumps(values)) >= (letter in text)
