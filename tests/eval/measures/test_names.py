"""Every measure has a name of its own and a sentence that defines it."""

import re
from collections import Counter

from eval.measures.names import NAMES


def test_labels_are_unequal_and_short() -> None:
    labels = [named.label for named in NAMES.values()]
    assert [label for label, count in Counter(labels).items() if count > 1] == []
    assert [label for label in labels if not 0 < len(label) <= 50] == []


def test_definitions_are_one_sentence() -> None:
    wrong = [n for n, name in NAMES.items() if not re.fullmatch(r"[A-Z0-9].+\.", name.definition)]
    assert wrong == []
    assert [n for n, name in NAMES.items() if ". " in name.definition] == []


def test_lower_is_better_where_something_goes_wrong_or_takes_time() -> None:
    assert {name for name, named in NAMES.items() if named.better == -1} == {
        *("false_abstention", "false_answer", "brier", "passage_brier", "aurc", "ece"),
        *("passage_ece", "latency_p50", "latency_p95", "latency_p99"),
    }


def test_only_times_are_no_rate() -> None:
    assert {name for name, named in NAMES.items() if named.unit == "ms"} == {
        *("latency_p50", "latency_p95", "latency_p99"),
    }
