"""Questions as reports list them. In: Judged questions. Out: Rows, the worst first."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from eval.measures.measure import Judged
from eval.measures.names import PASSAGES_MEASURED
from eval.questions.place import held
from eval.runs.record import Record


class Kind(StrEnum):
    """What can be wrong with a question; one may be wrong in several ways."""

    FAILED = "failed"
    FALSELY_ANSWERED = "falsely answered"
    NOT_FOUND = "not found"
    NOT_ANSWERED = "not answered"


@dataclass(frozen=True, slots=True)
class Row:
    """One question with what became of it.

    ``outcome`` is the worst of its ``kinds``, else its verdict in words. ``hit_rank`` is the
    rank of the first passage that holds an expected place whole; ``evidence`` whether the
    answer's quotes do, None where nothing is expected.
    """

    judged: Judged
    outcome: str
    kinds: tuple[Kind, ...]
    hit_rank: int | None
    evidence: bool | None

    @property
    def record(self) -> Record:
        """The question's record."""
        return self.judged.record

    @property
    def confidence(self) -> float | None:
        """The confidence; None when the question failed."""
        response = self.record.response
        return None if response is None else response.answer.confidence

    @property
    def milliseconds(self) -> float:
        """Wall time."""
        return self.record.milliseconds


def worst_first(judged: Iterable[Judged]) -> tuple[Row, ...]:
    """Every question: by kind, those that were most sure and wrong first; then those without
    the evidence in the answer, then by the rank at which the expected text was found."""
    return tuple(sorted(map(row, judged), key=_goodness))


def row(judged: Judged) -> Row:
    """One question's row."""
    measures, record = judged.measures, judged.record
    applying = {
        Kind.FAILED: record.error is not None,
        Kind.FALSELY_ANSWERED: measures.get("refused") == 0 and record.error is None,
        Kind.NOT_FOUND: measures.get(f"hit@{PASSAGES_MEASURED}") == 0,
        Kind.NOT_ANSWERED: measures.get("answered") == 0,
    }
    kinds = tuple(kind for kind, applies in applying.items() if applies)
    evidence = measures.get("evidence_in_answer")
    return Row(
        judged=judged,
        outcome=kinds[0].value if kinds else _outcome(record),
        kinds=kinds,
        hit_rank=_hit_rank(record),
        evidence=None if evidence is None else evidence == 1,
    )


def _outcome(record: Record) -> str:
    return "answered" if record.question.answerable else "refused"


def _hit_rank(record: Record) -> int | None:
    passages = record.response.passages if record.response else ()
    return next(
        (p.rank for p in passages if held(record.places, p.document.path, p.start, p.end)),
        None,
    )


def _goodness(row: Row) -> tuple[float, ...]:
    """Lower is worse."""
    severity = list(Kind).index(row.kinds[0]) if row.kinds else len(Kind)
    confidence = row.confidence or 0.0
    # To answer is worse the surer it was, to refuse the less sure.
    sure = confidence if row.outcome in (Kind.NOT_ANSWERED, "refused") else -confidence
    if row.kinds:
        return (severity, sure)
    return (severity, row.evidence is not False, -(row.hit_rank or 0), -sure)
