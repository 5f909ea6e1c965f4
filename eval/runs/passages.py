"""The passages of an index. In: an Engine. Out: passages with their documents' paths."""

from index.passage import Passage
from service.engine import Engine


def passages_with_paths(engine: Engine) -> list[tuple[str, Passage]]:
    """Every indexed passage by row, with its document's path."""
    texts = engine.index.texts
    paths = {facts.id: facts.path for facts in texts.documents()}
    passages = [stored.passage for stored in texts.all_passages()]
    return [(paths[passage.document_id], passage) for passage in passages]
