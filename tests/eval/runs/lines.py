"""A question set on the small index, of which the engine refuses the last question."""

from typing import Any

LINES: list[dict[str, Any]] = [
    {
        "id": "one",
        "question": "Who is ddd?",
        "answerable": True,
        "expected": [{"document": "one.txt", "quote": "Ccc ddd eee."}],
        "tags": ["test"],
    },
    {"id": "two", "question": "quiz", "answerable": False},
    {
        "id": "blank",
        "question": "   ",
        "answerable": True,
        "expected": [{"document": "one.txt", "quote": "Fff"}],
    },
]
