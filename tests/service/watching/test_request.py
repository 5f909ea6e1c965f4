"""Requests get an id that logs can bear, and threads know for which they work."""

import threading
import uuid
from contextvars import copy_context

import pytest

from service.keys.key import make_key
from service.watching.request import begun, current_work, working_on


@pytest.mark.parametrize(
    "stated",
    ["a", "4bf92f3577b34da6", "68aa2296-56d1-48fe-95c3-85c53f18aee5", "A.b_c~d:/+=@-", "x" * 128],
)
def test_a_harmless_id_is_kept(stated: str) -> None:
    assert begun([stated]).id == stated


@pytest.mark.parametrize(
    "stated",
    [
        [],
        [""],
        ["a", "a"],
        ["x" * 129],
        ["two words"],
        ["a\nb"],
        ["a\x1b[31m"],
        ['"'],
        ["{}"],
        ["ü"],
        [make_key("x", "read")[1]],
    ],
)
def test_any_other_is_made_anew(stated: list[str]) -> None:
    made = begun(stated).id
    assert made not in stated
    assert str(uuid.UUID(made)) == made


def test_no_two_requests_have_one_id() -> None:
    assert len({begun().id for _ in range(100)}) == 100


def test_a_thread_that_inherits_knows_the_work() -> None:
    work, found = begun(), []
    with working_on(work):
        inherited = copy_context()
    assert current_work() is None
    thread = threading.Thread(target=inherited.run, args=[lambda: found.append(current_work())])
    thread.start()
    thread.join()
    assert found == [work]


def test_a_question_is_not_in_the_representation() -> None:
    work = begun()
    work.question = "bab?"
    assert "bab?" not in repr(work)
