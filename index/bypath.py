"""The texts of an index by path. In: an Index. Out: texts, read when they are asked for."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from index.generation import Index

_HELD = 64


class IndexTexts(Mapping[str, str]):
    """The stored text of each document; of those asked for last, some are held."""

    def __init__(self, index: Index) -> None:
        self._texts = index.texts
        self._ids = {facts.path: facts.id for facts in index.texts.documents()}
        self._held = lru_cache(_HELD)(self._read)

    def __getitem__(self, path: str) -> str:
        return self._held(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def _read(self, path: str) -> str:
        document = self._texts.document(self._ids[path])
        if document is None:
            raise KeyError(path)
        return document.text
