"""``citewell serve`` with an embedder that can be held. In: a file's path. Out: a server.

As long as the file exists, a question that has the word "slow" in it is not embedded: it is in
work for as long as a test likes. The settings come from the environment, as always.
"""

import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.console import explained_errors
from index.embed import Vectors
from service.settings import read_settings
from service.web.server import run_server
from tests.fakes import LetterEmbedder


class HeldEmbedder(LetterEmbedder):
    """Counts letters, of "slow" texts only when the file is gone; tells it on standard error."""

    def __init__(self, hold: Path) -> None:
        super().__init__()
        self._hold = hold

    def __getattribute__(self, name: str) -> Any:
        """Look at the card, which is the first that a service does, as slowly as a model loads."""
        if name == "card":
            _wait_for(self._hold.with_name("loading"))
        return super().__getattribute__(name)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """One row a question."""
        if any("slow" in text for text in texts):
            _wait_for(self._hold)
        return self.embed_passages(texts)


def _wait_for(file: Path) -> None:
    if file.exists():
        sys.stderr.write("held\n")
        sys.stderr.flush()
    while file.exists():
        time.sleep(0.01)


if __name__ == "__main__":
    logging.basicConfig(level="INFO", format="%(levelname)s %(name)s: %(message)s")
    with explained_errors():
        run_server(read_settings(), HeldEmbedder(Path(sys.argv[1])))
