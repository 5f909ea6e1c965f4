"""What the measures are called. In: nothing. Out: NAMES, by which all others go.

The order of ``NAMES`` is that of every list of figures. A value is None where a measure does
not apply, and is then left out of means, never counted as 0.
"""

from dataclasses import dataclass
from typing import Literal

Measures = dict[str, float | None]
"""Values of one question by measure."""
Unit = Literal["rate", "ms"]
Better = Literal[1, -1]
PASSAGES_MEASURED = 5
DEPTHS = (1, 3, 5, 10)
# what is shown for each tag
TAG_MEASURES = ("hit@5", "mrr", "evidence_in_answer", "answered", "refused")


@dataclass(frozen=True, slots=True)
class Name:
    """A measure as a reader sees it: a label, a sentence of definition.

    ``better`` is 1 where higher is better, else -1; a ``rate`` lies in [0, 1].
    """

    label: str
    definition: str
    better: Better = 1
    unit: Unit = "rate"


def _answers() -> dict[str, Name]:
    return {
        "answered": Name("answered", "An answerable question got an answer."),
        "false_abstention": Name(
            "wrongly refused", "An answerable question got no answer: 1 minus answered.", -1
        ),
        "evidence_in_answer": Name(
            "evidence in the answer",
            "A quote of the answer holds an expected place whole, or its text a short answer.",
        ),
        "evidence_in_first": Name(
            "evidence in the first quote",
            "The answer's first quote alone holds an expected place whole, or a short answer.",
        ),
        "brief": Name(
            "at most 3 sentences",
            "The quotes of an answer have at most 3 sentences; a quote without marks is one.",
        ),
    }


def _ranking() -> dict[str, Name]:
    hits = {
        f"hit@{k}": Name(f"hit@{k}", f"An expected place is found within the first {k}.")
        for k in DEPTHS
    }
    recalls = {
        f"recall@{k}": Name(
            f"recall@{k}", f"The share of what is relevant that is within the first {k}."
        )
        for k in DEPTHS
    }
    return {
        **hits,
        **recalls,
        "mrr": Name("MRR", "1 divided by the rank of the first that is relevant."),
        "map": Name(
            "MAP", "Average precision: the mean of the precision at each rank that is relevant."
        ),
        "ndcg@10": Name(
            "nDCG@10",
            "Grades found within the first 10, discounted by rank, against the best order.",
        ),
    }


def _characters(part: str, label: str) -> dict[str, Name]:
    return {
        f"{part}_precision": Name(
            f"{label}: precision", f"The share of the characters of the {label} that is expected."
        ),
        f"{part}_recall": Name(
            f"{label}: recall", f"The share of the expected characters that is in the {label}."
        ),
        f"{part}_iou": Name(
            f"{label}: IoU",
            f"Characters both expected and in the {label}, of those that are either.",
        ),
    }


def _texts() -> dict[str, Name]:
    return {
        "exact_match": Name(
            "exact match", "The answer is a short answer, but for case, punctuation and articles."
        ),
        "token_f1": Name(
            "token F1",
            "The harmonic mean of precision and recall in words, against the best short answer.",
        ),
        "answer_contained": Name(
            "short answer contained", "A short answer stands in the answer as whole words."
        ),
        "citation_precision": Name(
            "citation precision", "The share of the answer's quotes that match an expected place."
        ),
        "citation_recall": Name(
            "citation recall",
            "The share of the expected places that a quote of the answer matches.",
        ),
        "refused": Name("refused", "An unanswerable question got no answer."),
        "false_answer": Name("wrongly answered", "An unanswerable question got an answer.", -1),
        "verified": Name(
            "citations verified",
            "The share of passages and quotes that stand verbatim in their document.",
        ),
    }


def _briers() -> dict[str, Name]:
    return {
        "brier": Name(
            "Brier score of the confidence",
            "The squared distance of the confidence from 1 if one of the first 5 passages holds "
            "an expected place, else from 0.",
            -1,
        ),
        "passage_brier": Name(
            "Brier score of passages",
            "The mean squared distance of a passage's score from 1 if it holds an expected "
            "place, else from 0.",
            -1,
        ),
    }


def _probabilities() -> dict[str, Name]:
    return {
        "auroc": Name(
            "AUROC of the confidence",
            "The chance that an answerable question has more confidence than an unanswerable one.",
        ),
        "aurc": Name(
            "area under risk-coverage",
            "The share of wrong ones among the most confident questions, averaged over how many "
            "are answered.",
            -1,
        ),
        "ece": Name(
            "calibration error of the confidence",
            "How far the confidence is from the share that comes true, on average over 10 bins "
            "of equal size.",
            -1,
        ),
        "passage_ece": Name(
            "calibration error of passages",
            "How far a passage's score is from the share that holds an expected place, on "
            "average over 10 bins of equal size.",
            -1,
        ),
    }


def _latency() -> dict[str, Name]:
    return {
        f"latency_p{p}": Name(
            f"latency p{p}", f"{p} % of the questions were answered within this time.", -1, "ms"
        )
        for p in (50, 95, 99)
    }


OF_QUESTIONS: dict[str, Name] = {
    **_answers(),
    **_ranking(),
    **_characters("passages", "first 5 passages"),
    **_characters("highlights", "highlights of the first 5 passages"),
    **_characters("quotes", "answer's quotes"),
    **_texts(),
    **_briers(),
}
"""What one question has, and many have the mean of."""
OF_RUNS: dict[str, Name] = {**_probabilities(), **_latency()}
"""What only many questions have."""
NAMES = OF_QUESTIONS | OF_RUNS
