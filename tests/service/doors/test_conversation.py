import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.asking.previous import MOST_CITATIONS, Previous
from service.asking.question import LONGEST_QUESTION
from service.doors.conversation import Turn, cited_in, question_of
from service.errors import ChatInvalid

A = "p_0123456789abcdef_0_5_0123456789abcdef"
B = "p_fedcba9876543210_7_12_fedcba9876543210"
URL = "http://127.0.0.1:8000/v1/citations/"


def user(text: str) -> Turn:
    return Turn("user", text)


def said(text: str, *links: str) -> Turn:
    return Turn("assistant", text, None, links)


def test_one_message_is_a_question_after_nothing() -> None:
    assert question_of([user("Who?")]) == ("Who?", None)


@pytest.mark.parametrize(
    "turns",
    [
        [Turn("system", "Be kind."), user("a"), said("b"), Turn("tool", "c"), user("Who?")],
        [user("z"), said(f"- [1] x: {URL}{B}"), user("a"), said("b"), user("Who?")],
        [user("a"), user("Who?")],
        [user("a"), user("Who?"), said("b"), Turn("system", "Be kind.")],
        [Turn("user", "a", "image_url"), user("Who?")],
    ],
)
def test_the_last_message_of_the_user_is_asked_after_the_one_before(turns: list[Turn]) -> None:
    assert question_of(turns) == ("Who?", Previous("a"))


@pytest.mark.parametrize("earlier", ["", " ", "a" * (LONGEST_QUESTION + 1), "a\x00", "\ud800"])
def test_an_earlier_question_that_cannot_be_asked_is_left_out(earlier: str) -> None:
    assert question_of([user("a"), user(earlier), user("Who?")]) == ("Who?", None)


@pytest.mark.parametrize(
    ("turns", "field", "match"),
    [
        ([], "messages", "no message has the role user"),
        ([Turn("system", "a"), said("b")], "messages", "no message has the role user"),
        ([user("a"), said("b"), user(" \n")], "messages.2.content", "is empty; ask something"),
        ([user("a" * 2001)], "messages.0.content", "has 2001 characters; 2000 are the most"),
        ([user("\x00")], "messages.0.content", "NUL"),
        (
            [Turn("user", "What is this?", "image_url")],
            "messages.0.content",
            "holds a part of type 'image_url'; only text can be asked",
        ),
    ],
)
def test_what_cannot_be_asked_names_the_message(turns: list[Turn], field: str, match: str) -> None:
    with pytest.raises(ChatInvalid, match=match) as caught:
        question_of(turns)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("turn", "cited"),
    [
        (said(f"“x” [2]\n\nSources:\n- [2] a.txt: {URL}{B}\n- [1] b, page 2: {URL}{A}"), (B, A)),
        (said(f"- [1] a.txt: {URL}{A}\n- [2] a.txt: {URL}{A}"), (A,)),
        (said(f"[1] a.txt: {URL}{A}  "), (A,)),
        (said(f"- [1] notes {B}.txt: {URL}{A}"), (A,)),
        (said(f"- [1] a.txt ({A})"), (A,)),
        (said(f"- [1] a: {URL}{A}", f"{URL}{B}"), (A,)),
        (said("no footnotes", f"{URL}{B}", f"{URL}{A}", f"{URL}{B}"), (B, A)),
        (said("none", "https://example.com", ""), ()),
        (said(f"It says {A} in the text."), ()),
        (said("- [1] a.txt: p_0123456789abcdef_5_5_0123456789abcdef"), ()),
        (said(""), ()),
    ],
)
def test_what_an_answer_cites_is_read_from_its_footnotes_or_else_annotations(
    turn: Turn, cited: tuple[str, ...]
) -> None:
    assert cited_in([turn]) == cited
    assert question_of([user("a"), turn, user("b")]) == ("b", Previous("a", cited))


def test_no_more_is_taken_than_may_be_sent() -> None:
    notes = [f"- [{n}] a: p_0123456789abcdef_{n}_{n + 1}_0123456789abcdef" for n in range(30)]
    cited = cited_in([said("\n".join(notes))])
    assert len(cited) == MOST_CITATIONS
    assert cited[0] == "p_0123456789abcdef_0_1_0123456789abcdef"


ROLES = st.sampled_from(["system", "user", "assistant", "tool"])


@given(st.lists(st.tuples(ROLES, st.text(max_size=20)), max_size=12))
def test_any_conversation_is_a_question_or_refused(spoken: list[tuple[str, str]]) -> None:
    turns = [Turn(role, text) for role, text in spoken]
    asked = [text for role, text in spoken if role == "user"]
    if asked and asked[-1].strip() and "\x00" not in asked[-1]:
        question, previous = question_of(turns)
        assert question == asked[-1]
        assert previous is None or previous.question == asked[-2]
    else:
        with pytest.raises(ChatInvalid, match="messages"):
            question_of(turns)
