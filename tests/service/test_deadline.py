"""The time of a request: what it raises, whom it tells."""

import pytest

from service.deadline import Deadline, check_deadline, current_deadline, working_under
from service.errors import ClientGone, DeadlinePassed


def test_work_without_a_deadline_has_no_end() -> None:
    assert current_deadline() is None
    check_deadline()


def test_the_innermost_deadline_counts() -> None:
    long, short = Deadline(60), Deadline(30)
    with working_under(long):
        with working_under(short):
            assert current_deadline() is short
        assert current_deadline() is long
        assert 0 < long.remaining <= 60
        check_deadline()
    assert current_deadline() is None


def test_time_that_is_up_is_told() -> None:
    with working_under(Deadline(0)), pytest.raises(DeadlinePassed, match="longer than 0 s; ask"):
        check_deadline()


def test_that_the_client_has_gone_is_told_first() -> None:
    deadline = Deadline(0)
    deadline.cancel()
    with pytest.raises(ClientGone, match="closed the connection"):
        deadline.check()


def test_who_works_is_called_when_the_client_goes() -> None:
    deadline = Deadline(60)
    called: list[str] = []
    with deadline.when_cancelled(lambda: called.append("over")):
        pass
    with deadline.when_cancelled(lambda: called.append("one")):
        with deadline.when_cancelled(lambda: called.append("two")):
            deadline.cancel()
        assert called == ["one", "two"]
    with deadline.when_cancelled(lambda: called.append("late")):
        assert called == ["one", "two", "late"]
