"""What answers rest on. In: values. Out: checked ones: index, ranking, when to answer."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

from index.current import DEFAULT_INDEX


class AnswerChoices(BaseModel):
    """Which index is asked, how passages are ranked, and from when on a question is answered."""

    index: Annotated[Path, Field(description="folder of the index")] = DEFAULT_INDEX
    model: Annotated[
        str | None,
        Field(description="where the index's model is, if not where its manifest says"),
    ] = None
    pool: Annotated[
        int,
        Field(
            ge=1, description="passages taken from each of dense, lexical and related-word search"
        ),
    ] = 200
    ranking: Annotated[
        Path | None,
        Field(description="file of ranking weights, if not those that ship with citewell"),
    ] = None
    calibration: Annotated[
        Path | None,
        Field(description="file of the calibration, if not that which ships with citewell"),
    ] = None
    reranker: Annotated[
        str | None,
        Field(description="cross-encoder that orders the first passages anew: name or folder"),
    ] = None
    rerank: Annotated[
        int, Field(ge=2, le=50, description="how many passages the cross-encoder orders")
    ] = 20
    reader: Annotated[
        bool | None,
        Field(
            description="whether a small model reads the first passages; unset: where the "
            "calibration weighs it"
        ),
    ] = None
    threshold: Annotated[
        float | None,
        Field(ge=0, le=1, description="least confidence to answer, whatever is calibrated"),
    ] = None
    false_answers: Annotated[
        float,
        Field(gt=0, lt=1, description="share of unanswerable questions that may be answered"),
    ] = 0.05
    strict: Annotated[
        bool,
        Field(description="whether that share is of questions near the subject, not off it"),
    ] = False
