"""What a question asks for, by closed-class words; what in it names something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.asking.kind import Kind, names, question_kind, words


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many ships sailed?", "quantity"),
        ("how long did it last", "quantity"),
        ("What percentage of the votes went to her?", "quantity"),
        ("number of members", "quantity"),
        ("In what year was it founded?", "day"),
        ("Which day did he arrive?", "day"),
        ("exact date of the treaty", "day"),
        ("What day of the week was it?", "time"),
        ("When did the war end?", "time"),
        ("In which month is the fair?", "time"),
        ("Why did he leave?", "cause"),
        ("What reason did he give?", "cause"),
        ("What did the mayor say about the bridge?", "saying"),
        ("How did she reply?", "saying"),
        ("Who painted it?", "person"),
        ("Whose idea was that?", "person"),
        ("Where is the spring?", "place"),
        ("In which city was she born?", "place"),
        ("What is a prime number of?", "quantity"),
        ("Name the longest river", "other"),
        ("What is granite?", "other"),
        ("", "other"),
        ("Wer war das?", "other"),
        ("somewhere nowhere", "other"),
    ],
)
def test_kinds(question: str, kind: Kind) -> None:
    assert question_kind(question) == kind


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who was Marie Curie?", ("Marie", "Curie")),
        ("Paris is where?", ()),  # the first word has a capital in any case
        ("What happened in 1815 near Brussels?", ("1815", "Brussels")),
        ("May I ask what I'm to do?", ()),
        ("WHO WAS MARIE CURIE?", ()),
        ("The Rise And Fall Of Rome", ()),
        ("who was marie curie", ()),
        ("Is the Anglo-Saxon king's son in it?", ("Anglo-Saxon",)),
    ],
)
def test_names(question: str, expected: tuple[str, ...]) -> None:
    assert names(question) == expected


@given(st.text())
def test_nothing_is_too_odd_to_be_asked(text: str) -> None:
    assert question_kind(text)
    assert set(names(text)) <= set(words(text))
