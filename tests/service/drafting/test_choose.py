"""Some drafts of many, in balance."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from service.drafting.choose import choose
from service.drafting.draft import Draft


def _draft(kind: str, path: str, start: int, worth: float = 0.0) -> Draft:
    return Draft(kind, f"{kind} {path} {start}?", path, start, "q" * 10, worth=worth)


def test_kinds_and_documents_take_turns() -> None:
    many = [_draft("cloze", path, start) for path in "ab" for start in range(0, 200, 10)]
    few = [_draft("heading", "a", 500), _draft("heading", "b", 500)]
    chosen = choose([*many, *few], 6, Random(1))
    assert Counter(draft.kind for draft in chosen) == {"cloze": 4, "heading": 2}
    assert Counter(draft.path for draft in chosen) == {"a": 3, "b": 3}


def test_the_worthiest_of_a_document_come_first() -> None:
    drafts = [_draft("cloze", "a", start, worth=start) for start in (10, 30, 20)]
    assert [draft.start for draft in choose(drafts, 2, Random(1))] == [30, 20]


def test_a_place_is_asked_about_once() -> None:
    drafts = [_draft("cloze", "a", 0), _draft("entity", "a", 9), _draft("cloze", "a", 19)]
    assert len(choose(drafts, 3, Random(1))) == 2
    assert (
        choose(drafts, 3, Random(1), taken=[_draft("swap", "a", 5), _draft("swap", "a", 15)]) == []
    )


def test_a_question_is_asked_once() -> None:
    drafts = [Draft("cloze", "What?", path, 0, "q") for path in "ab"]
    assert len(choose(drafts, 2, Random(1))) == 1


@given(
    st.lists(st.tuples(st.sampled_from("ck"), st.sampled_from("ab"), st.integers(0, 60))),
    st.integers(0, 9),
    st.integers(0, 99),
)
def test_never_more_than_wanted_and_the_same_for_a_seed(
    made: list[tuple[str, str, int]], count: int, seed: int
) -> None:
    drafts = [_draft(*each) for each in made]
    chosen = choose(drafts, count, Random(seed))
    assert len(chosen) <= count
    assert set(chosen) <= set(drafts)
    assert chosen == choose(drafts[::-1], count, Random(seed))
