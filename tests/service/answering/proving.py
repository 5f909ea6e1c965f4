"""Proved candidates by hand. In: a text with its windows and their values. Out: Proved."""

from dataclasses import replace
from typing import Any

from index.passage import Span
from service.citing.prove import Proved
from service.engine import Engine
from service.ranking.rank import Candidate, Piece

START = 100  # of every text, as a document offset


def proved_by_hand(
    engine: Engine, text: str, fused: float, *pieces: tuple[int, int, float], **scores: Any
) -> Proved:
    """A candidate of the engine's first document, with windows as (start, end, value).

    Starts and ends are offsets into ``text``; of the scores those named are replaced.
    """
    like = engine.retrieve("a").passages[0].scores
    made = tuple(Piece(Span(START + a, START + b), value, ()) for a, b, value in pieces)
    whole = Span(START, START + len(text))
    candidate = Candidate(0, whole, made, replace(like, fused=fused, **scores))
    return Proved(candidate, engine.index.texts.numbered({0})[0], text)
