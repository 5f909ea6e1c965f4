"""How much the service takes on. In: values. Out: checked ones: queue, time."""

from typing import Annotated

from pydantic import BaseModel, Field


class LoadChoices(BaseModel):
    """How many questions the service takes on, and how long they may take."""

    at_once: Annotated[
        int, Field(ge=1, le=1000, description="questions that are worked on at once")
    ] = 16
    waiting: Annotated[
        int,
        Field(ge=0, le=100_000, description="questions that may wait for that; 503 beyond it"),
    ] = 256
    deadline_s: Annotated[
        float, Field(gt=0, le=3600, description="most seconds from a question to its answer")
    ] = 60
