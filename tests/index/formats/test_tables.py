"""CSV and TSV: a row is a block that can be read by itself."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import FileRefused
from index.formats.parsed import collapse
from index.formats.tables import read_csv, read_tsv


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("name,age\nAnn,3\nBob,\n\n", "name: Ann; age: 3\n\nname: Bob"),
        ('a;b\n"x;y";"two\nlines"\n', "a: x;y; b: two lines"),
        ("a|b\r\n1|2\r\n", "a: 1; b: 2"),
        ("a\tb\n1\t2", "a: 1; b: 2"),
        ('"a,b;;;",c\n1,2', "a,b;;;: 1; c: 2"),
        ("1,2\n3,4", "1; 2\n\n3; 4"),
        ("a,a\nb,c", "a; a\n\nb; c"),
        ("a,\nb,c", "a\n\nb; c"),
        ("a,b\n1,2,3", "a: 1; b: 2; 3"),
        ("only,header", "only; header"),
        ("one\ntwo\nthree", "one: two\n\none: three"),
        ("\n\n", ""),
    ],
)
def test_rows(content: str, text: str) -> None:
    assert read_csv(content.encode()).text == text


def test_a_quote_that_is_not_closed_is_refused_by_its_line() -> None:
    with pytest.raises(FileRefused, match=r"is no table that can be read \(line 3: "):
        read_csv(b'a,b\n1,2\n"3,4\n')


def test_in_tsv_a_quote_may_stand_for_itself() -> None:
    assert read_tsv(b'a\tb\n"5" pipe\tx,y\n').text == 'a: "5" pipe; b: x,y'
    assert read_tsv(b'a\tb\n"in\ttab"\tx\n').text == "a: in tab; b: x"


def test_a_long_field_and_another_encoding() -> None:
    assert len(read_csv(b"a,b\n" + b"x" * 500_000 + b",y").text) == 500_009
    russian = "имя,город и страна\nАнна,Москва не в Туле\n".encode("cp1251")
    assert read_csv(russian).text == "имя: Анна; город и страна: Москва не в Туле"


cells = st.lists(
    st.text(st.sampled_from('ab,;"\n é'), min_size=1, max_size=6), min_size=2, max_size=4
)


@given(st.lists(cells, min_size=1, max_size=6))
def test_every_cell_is_in_its_row(rows: list[list[str]]) -> None:
    made = io.StringIO()
    csv.writer(made).writerows([["xx", "yy"], *rows])
    parsed = read_csv(made.getvalue().encode())
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    found = parsed.text.split("\n\n")
    assert len(found) == max(1, len(filled))
    for block, row in zip(found, filled, strict=False):
        assert all(collapse(cell) in block for cell in row)
