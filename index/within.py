"""An index of which some documents alone are searched. In: an Index, a filter. Out: an Index.

Rows, windows and documents keep their numbers, and words their rarity in the whole index: what
is left scores as it does in the whole. Vectors are compared one by one, so that nothing near is
missed because what is left out lies nearer.
"""

from dataclasses import replace

import numpy as np

from index.choose import choose
from index.extent import Extent
from index.filter import DocumentFilter
from index.generation import Index


def within(index: Index, asked: DocumentFilter | None) -> Index:
    """The index as if it held only the documents of the filter; itself when these are all.

    Its ``extent`` tells how much is left. Raises ``FilterInvalid`` as ``choose`` does.
    """
    if asked is None or not asked.identity:
        return index
    kept, excluded = choose(index.texts, asked)
    if kept.all():
        return index
    rows = index.windows.rows_of(kept)
    return replace(
        index,
        extent=Extent(
            documents=int(np.count_nonzero(kept)),
            passages=int(np.count_nonzero(rows)),
            windows=index.windows.windows_of(kept),
            excluded_by=excluded,
        ),
        vectors=index.vectors.within(np.flatnonzero(rows)),
        lexical=index.lexical.within(rows),
        texts=index.texts.within(kept),
    )
