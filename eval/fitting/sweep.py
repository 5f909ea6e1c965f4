"""Settings compared. In: an Engine, Questions, values of settings. Out: a Markdown table.

Each variant changes one setting and is compared with the engine as it is, question by
question; "no significant difference" is a result.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from eval.errors import QuestionSetInvalid
from eval.measures.measure import judge
from eval.questions.place import Place
from eval.questions.question import Question
from eval.runs.asker import EngineAsker
from eval.runs.run import ask_all, locate_all, passages_wanted
from eval.statistics.paired import Difference, holm, paired_difference
from eval.verdicts.pairs import check_measures, value, verdict
from service.engine import Engine
from service.settings import changed_settings

Values = list[float | None]
Places = tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """One setting with another value, and what it changes; ``p`` is corrected for all."""

    setting: str
    value: str
    difference: Difference
    p: float


def sweep(
    questions: Sequence[Question],
    engine: Engine,
    choices: Sequence[tuple[str, str]],
    measure: str,
    progress: Callable[[str, int, int], None] = lambda _step, _done, _total: None,
) -> list[Variant]:
    """Measure every (setting, value) against the engine's own settings.

    Raises ``MeasureUnknown`` for what is no measure of a question, ``SettingsInvalid`` for a
    setting or value that cannot be (and ``ModelUnusable`` for a cross-encoder that is not here),
    before anything runs, and ``QuestionSetInvalid`` when the measure applies to no question.
    """
    check_measures([measure])
    settings = [changed_settings(engine.settings, name, stated) for name, stated in choices]
    engines = [engine.with_settings(changed) for changed in settings]
    places = locate_all(questions, EngineAsker(engine))
    base = _values(questions, places, engine, measure)
    differences = []
    for number, varied in enumerate(engines, start=1):
        difference = paired_difference(base, _values(questions, places, varied, measure))
        if difference is None:
            raise QuestionSetInvalid(f"{measure!r} applies to no question; choose another measure")
        differences.append(difference)
        progress("sweep", number, len(settings))
    corrected = holm([difference.p for difference in differences])
    return [
        Variant(name, stated, difference, p)
        for (name, stated), difference, p in zip(choices, differences, corrected, strict=True)
    ]


def table(variants: Sequence[Variant], measure: str) -> Iterator[str]:
    """A row for each variant with its verdict."""
    yield f"| setting | value | change of {measure} | 95 % interval | p (Holm) | verdict |"
    yield "|---|---|---:|---|---:|---|"
    for variant in variants:
        d = variant.difference
        told = verdict(d.mean, variant.p, measure)
        yield (
            f"| {variant.setting} | {variant.value} | {d.mean:+.4f} "
            f"| {d.low:+.4f} to {d.high:+.4f} | {variant.p:.4f} | {told} |"
        )


def _values(
    questions: Sequence[Question], places: Sequence[Places], engine: Engine, measure: str
) -> Values:
    asked = ask_all(questions, places, EngineAsker(engine), passages_wanted(questions))
    return [value(judged, measure) for judged in judge(asked)]
