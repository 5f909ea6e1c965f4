"""Calibrations for tests. In: what is to differ. Out: a file whose values one knows by eye."""

import json
from pathlib import Path
from typing import Any

from service.answering.confidence import FORMAT, PASSAGE_FEATURES, QUESTION_FEATURES

SCORE, CONFIDENCE = 0.6439, 0.8808  # 1 / (1 + exp(-2)), and of that 1 / (1 + exp(-1))


def calibration_file(root: Path, **changes: Any) -> Path:
    """A calibration below ``root``, with these parts of it changed: every passage has the
    score ``SCORE``, and every question the confidence ``CONFIDENCE``."""
    root.mkdir(parents=True, exist_ok=True)
    file = root / "calibration.json"
    content = {
        "format": FORMAT,
        "passage": {"intercept": 1.0, "weights": dict.fromkeys(PASSAGE_FEATURES, 0.0)},
        "question": {"intercept": 2.0, "weights": dict.fromkeys(QUESTION_FEATURES, 0.0)},
        "thresholds": [[0.05, 0.5]],
        "provenance": {"runs": [{"model": "letters 000000000000"}]},
    }
    file.write_text(json.dumps(content | changes), "utf-8")
    return file
