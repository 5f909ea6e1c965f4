"""What the log looks like and may hold, and who else is told. In: values. Out: checked ones."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field


class LogChoices(BaseModel):
    """The form of the log's lines, whether they may hold questions, and whether requests are
    told to OpenTelemetry."""

    log_format: Annotated[
        Literal["text", "json"], Field(description="the log's lines: text, or objects of JSON")
    ] = "text"
    log_questions: Annotated[
        bool, Field(description="whether the log may hold questions and what errors quote")
    ] = False
    otel: Annotated[
        bool, Field(description="whether OpenTelemetry is told of requests (docs/metrics.md)")
    ] = False
