"""Dates, numbers, names and what stands for them in text without marks."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.drafting.phrases import (
    CODE,
    DATE,
    MONTH,
    NAME,
    NUMBER,
    PAIR,
    QUANTITY,
    WORD,
    YEAR,
    is_adjective,
    is_attribute,
    is_placed,
    keeping_company,
    looks_like_name,
    phrases,
)
from tests.service.drafting.town import bare, said

NOTHING: Counter[tuple[str, str]] = Counter()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On 3 May 1743 the guild paid.", [(DATE, "3 May 1743")]),
        ("On October 19, 1973 the guild paid.", [(DATE, "October 19, 1973")]),
        ("The guild paid in 1743.", [(YEAR, "1743")]),
        ("It paid 20,000 ducats and 11.5% more.", [(NUMBER, "20,000"), (NUMBER, "11.5%")]),
        ("It took 15 minutes or 3 of them.", [(NUMBER, "15 minutes")]),
        ("It stood from 1603–1639 there.", []),
        ("It met John W. Weeks of Yale.", [(NAME, "John W. Weeks of Yale")]),
        ("It saw St. Hyacinth's Church there.", [(NAME, "St. Hyacinth's Church")]),
        ("It was in Article 7 of the law.", [(NAME, "Article 7")]),
        ("It knew Holm's correction.", [(NAME, "Holm")]),
        ("The Falder froze, and near Bạch Đằng.", [(NAME, "Falder"), (NAME, "Bạch Đằng")]),
        ("Near Elmstadt it froze.", [(NAME, "Elmstadt")]),
        ("Water froze.", []),
        ("Run `make lock` or see DECISIONS.md now.", [(CODE, "make lock")]),
    ],
)
def test_phrases_of_a_sentence(text: str, expected: list[tuple[str, str]]) -> None:
    found = phrases(said(text), NOTHING)
    assert [(phrase.kind, phrase.text) for phrase in found] == expected


def test_the_first_word_is_a_name_if_it_is_one_elsewhere() -> None:
    (name,) = phrases(said("Elmstadt paid.", names="Elmstadt"), NOTHING)
    assert (name.kind, name.start, name.end) == (NAME, 0, 8)


def test_phrases_of_bare_words() -> None:
    statement = bare("soldiers found bogdan filov near port june after eleven weeks")
    company = Counter({("bogdan", "filov"): 1})
    assert [(p.kind, p.text) for p in phrases(statement, company)] == [
        (WORD, "soldiers"),
        (PAIR, "bogdan filov"),
        (WORD, "port"),
        (MONTH, "june"),
        (QUANTITY, "eleven"),
        (WORD, "weeks"),
    ]


@pytest.mark.parametrize(
    ("text", "times", "expected"),
    [
        ("chief bogdan filov army", 1, ["bogdan filov"]),  # common words at the ends
        ("karelia salla hertsa komet", 1, ["salla hertsa komet"]),  # at most three
        ("salla port hertsa", 1, ["salla port hertsa"]),
        ("chief army port", 1, []),  # no name, said once
        ("chief army port", 2, ["chief army port"]),
    ],
)
def test_a_run_of_words_that_keep_company(text: str, times: int, expected: list[str]) -> None:
    company = Counter(dict.fromkeys(pairwise(text.split()), times))
    found = phrases(bare(text), company)
    assert [phrase.text for phrase in found if phrase.kind == PAIR] == expected


def test_company_is_kept_by_words_that_are_together_half_the_time() -> None:
    around = [bare("gulf persia coast"), bare("gulf persia stream"), bare("gulf guards gulf")]
    # gulf stands in four places, in two of them before persia; the rest is met once each
    assert keeping_company(around) == {
        ("gulf", "persia"): 2,
        ("persia", "coast"): 1,
        ("persia", "stream"): 1,
    }


@given(st.text("abcXYZ 019.,'`–()", max_size=60), st.booleans())
def test_phrases_stand_where_they_say_and_apart(text: str, unmarked: bool) -> None:
    statement = bare(text) if unmarked else said(text)
    found = phrases(statement, NOTHING)
    assert all(text[phrase.start : phrase.end] == phrase.text for phrase in found)
    assert all(not a.touches(b) for a in found for b in found if a is not b)


@pytest.mark.parametrize(
    ("text", "attribute", "placed"),
    [
        ("It is Renaissance architecture.", True, False),
        ("It stood in Renaissance for long.", False, True),
        ("It knew the Renaissance and more.", False, False),
        ("It went to the Renaissance.", False, True),
    ],
)
def test_what_a_name_does_in_its_sentence(text: str, attribute: bool, placed: bool) -> None:
    (name,) = phrases(said(text), NOTHING)
    assert name.text == "Renaissance"
    assert (is_attribute(said(text), name), is_placed(said(text), name)) == (attribute, placed)


@pytest.mark.parametrize(("name", "expected"), [("Chinese", True), ("China", False)])
def test_names_that_describe(name: str, expected: bool) -> None:
    assert is_adjective(name) is expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("nekrich", True), ("lithuania", True), ("government", False), ("historiography", True)],
)
def test_bare_words_that_are_rare_in_english(word: str, expected: bool) -> None:
    assert looks_like_name(word) is expected
