"""The plain baseline as a service. In: a model, a text. Out: one FastAPI route on a port.

``python -m eval.bench.plain_server MODEL TEXT PORT``, as people write it in an afternoon.
"""

import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from eval.bench.baseline import PlainBaseline


class Asked(BaseModel):
    """What is posted."""

    question: str
    top_k: int = 5


def plain_app(model: Path, texts: list[str]) -> FastAPI:
    """The application: windows are embedded before it answers."""
    baseline = PlainBaseline(model, texts)
    app = FastAPI()

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/v1/ask")
    def ask(asked: Asked) -> dict[str, Any]:
        found = baseline.ask(asked.question, asked.top_k)
        return {"question": asked.question, "passages": [{"text": text} for text in found]}

    return app


if __name__ == "__main__":
    app = plain_app(Path(sys.argv[1]), [Path(sys.argv[2]).read_text("utf-8")])
    uvicorn.run(app, port=int(sys.argv[3]), log_level="warning")
