"""Questions that arrive together are embedded together; each has its own vectors or error."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest

from index.embed import Embedder, Vectors
from service.batching import LONGEST_WORD, BatchingEmbedder
from service.deadline import Deadline, working_under
from service.errors import ClientGone, DeadlinePassed
from tests.fakes import LetterEmbedder

TEXTS = ["abc"[: n % 3 + 1] * (n + 1) for n in range(11)]


class HeldEmbedder(LetterEmbedder):
    """Embeds nothing until it is let go; notes what it is asked for, refuses what says so."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.let_go = threading.Event(), threading.Event()
        self.passes: list[list[str]] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.passes.append(list(texts))
        self.begun.set()
        assert self.let_go.wait(30)
        if "bad" in texts:
            raise ValueError("bad is refused")
        return super().embed_passages(texts)


class Asking:
    """Callers in threads of their own: the first is held in the model, the others wait."""

    def __init__(self, most: int = 16, *, words: bool = False) -> None:
        self.held = HeldEmbedder()
        self.batching = BatchingEmbedder(self.held, most)
        self._threads = ThreadPoolExecutor(len(TEXTS) + 1)
        self.first = self._threads.submit(
            lambda: (
                self.batching.embed_passages(["first"])[0]
                if words
                else self.batching.embed_question("first")
            )
        )
        assert self.held.begun.wait(30)

    def ask(self, call: Callable[[], Vectors]) -> Future[Vectors]:
        """Ask, and return when the caller waits."""
        before = self.batching.waiting
        asked = self._threads.submit(call)
        while self.batching.waiting == before:
            assert not asked.done()
        return asked

    def questions(self, texts: Sequence[str]) -> list[Future[Vectors]]:
        return [self.ask(lambda t=text: self.batching.embed_question(t)) for text in texts]  # type: ignore[misc]

    def let_go(self) -> None:
        self.held.let_go.set()


@pytest.mark.parametrize(("most", "sizes"), [(16, [1, 11]), (4, [1, 4, 4, 3])])
def test_who_waits_is_embedded_in_one_pass(most: int, sizes: list[int]) -> None:
    asking = Asking(most)
    seen: list[int] = []
    asking.batching.on_pass = seen.append
    asked = asking.questions(TEXTS)
    assert asking.batching.waiting == len(TEXTS)
    asking.let_go()
    for text, row in zip(["first", *TEXTS], [asking.first, *asked], strict=True):
        assert np.array_equal(row.result(30), LetterEmbedder().embed_question(text))
    asking.batching.close()
    assert [len(texts) for texts in asking.held.passes] == sizes
    assert seen == sizes
    assert (asking.batching.passes, asking.batching.embedded) == (len(sizes), sum(sizes))
    assert asking.batching.waiting == 0


def test_a_lone_question_is_a_pass_by_itself() -> None:
    asking = Asking()
    asking.let_go()
    asking.first.result(30)
    for text in TEXTS:
        asking.batching.embed_question(text)
    assert asking.held.passes == [["first"], *([text] for text in TEXTS)]


def test_words_of_several_questions_are_embedded_in_one_pass() -> None:
    asking = Asking(words=True)
    words = [["aa"], ["bb", "cc", "dd"], ["ee", "ff"]]
    asked = [asking.ask(lambda w=each: asking.batching.embed_passages(w)) for each in words]  # type: ignore[misc]
    asking.let_go()
    for each, rows in zip(words, asked, strict=True):
        assert np.array_equal(rows.result(30), LetterEmbedder().embed_passages(each))
    assert asking.held.passes == [["first"], ["aa", "bb", "cc", "dd", "ee", "ff"]]


def test_a_question_and_its_words_are_embedded_side_by_side() -> None:
    held = HeldEmbedder()
    batching = BatchingEmbedder(held)
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(batching.embed_asked, "a cab", ["bb", "cad"])
        while len(held.passes) < 2:  # neither pass ends before the other has begun
            assert not asked.done()
        held.let_go.set()
        vector, rows = asked.result(30)
    letters = LetterEmbedder()
    assert np.array_equal(vector, letters.embed_question("a cab"))
    assert np.array_equal(rows, letters.embed_passages(["bb", "cad"]))
    assert sorted(held.passes) == [["a cab"], ["bb", "cad"]]


@pytest.mark.parametrize("words", [[], ["a" * (LONGEST_WORD + 1), "b"], ["a"] * 17])
def test_a_question_without_words_or_with_many_has_its_vectors(words: list[str]) -> None:
    vector, rows = BatchingEmbedder(LetterEmbedder()).embed_asked("a cab", words)
    assert np.array_equal(vector, LetterEmbedder().embed_question("a cab"))
    assert np.array_equal(rows, LetterEmbedder().embed_passages(words))


def test_of_a_question_that_is_refused_no_word_is_waited_for() -> None:
    asking = Asking(words=True)
    refused = asking.ask(lambda: asking.batching.embed_asked("bad", ["bb"])[0])
    asking.let_go()
    with pytest.raises(ValueError, match="bad is refused"):
        refused.result(30)


@pytest.mark.parametrize("texts", [["a" * (LONGEST_WORD + 1)], ["a"] * 17, []])
def test_passages_are_embedded_by_themselves(texts: list[str]) -> None:
    batching = BatchingEmbedder(LetterEmbedder())
    rows = batching.embed_passages(texts)
    assert np.array_equal(rows, LetterEmbedder().embed_passages(texts))
    assert batching.passes == 0


def test_an_error_goes_to_who_caused_it() -> None:
    asking = Asking()
    good, bad, other = asking.questions(["aab", "bad", "bbc"])
    asking.let_go()
    with pytest.raises(ValueError, match="bad is refused"):
        bad.result(30)
    for text, row in (("aab", good), ("bbc", other)):
        assert np.array_equal(row.result(30), LetterEmbedder().embed_question(text))


def test_closing_leaves_none_waiting_and_refuses_more() -> None:
    asking = Asking()
    asked = asking.questions(TEXTS)
    asking.let_go()
    asking.batching.close()
    assert asking.held.passes == [["first"], TEXTS]
    assert all(row.result(30).shape == (9,) for row in asked)
    with pytest.raises(RuntimeError, match="after shutdown"):
        asking.batching.embed_question("late")
    assert asking.batching.waiting == 0


def test_who_has_gone_is_not_embedded() -> None:
    asking = Asking()
    deadline = Deadline(30)

    def under() -> Vectors:
        with working_under(deadline):
            return asking.batching.embed_question("gone")

    gone = asking.ask(under)
    (stays,) = asking.questions(["stays"])
    deadline.cancel()
    with pytest.raises(ClientGone, match="closed the connection"):
        gone.result(30)
    asking.let_go()
    stays.result(30)
    assert asking.held.passes == [["first"], ["stays"]]


def test_who_has_waited_too_long_is_not_embedded() -> None:
    asking = Asking()
    with (
        working_under(Deadline(0.05)),
        pytest.raises(DeadlinePassed, match=r"took longer than 0\.05 s"),
    ):
        asking.batching.embed_question("late")
    asking.let_go()
    asking.batching.close()
    assert asking.held.passes == [["first"]]


@pytest.mark.model
def test_vectors_of_the_model_are_the_same_together(minilm: Embedder) -> None:
    texts = ["Who signed?", "Which port did the Soviets want on the Baltic, and why?", "port"]
    together = minilm.embed_questions(texts)
    alone = np.stack([minilm.embed_question(text) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)
    batching = BatchingEmbedder(minilm)
    assert np.array_equal(batching.embed_question(texts[1]), alone[1])
    assert batching.card == minilm.card
    assert batching.count_pieces(texts) == minilm.count_pieces(texts)
