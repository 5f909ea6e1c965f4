"""How the service's processes run. In: values. Out: checked ones: how many, how they end."""

from typing import Annotated

from pydantic import BaseModel, Field


class RunningChoices(BaseModel):
    """How many processes answer, and how long what was begun may take when they are stopped."""

    workers: Annotated[
        int,
        Field(
            ge=1,
            le=64,
            description="processes that answer, each with its own model, queue and rates",
        ),
    ] = 1
    stop_s: Annotated[
        float,
        Field(gt=0, le=3600, description="most seconds to finish what was begun when stopped"),
    ] = 30
