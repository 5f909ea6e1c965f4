"""What the log looks like, and what it may hold. In: values. Out: checked ones."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field


class LogChoices(BaseModel):
    """The form of the log's lines, and whether they may hold questions."""

    log_format: Annotated[
        Literal["text", "json"], Field(description="the log's lines: text, or objects of JSON")
    ] = "text"
    log_questions: Annotated[
        bool, Field(description="whether the log may hold questions and what errors quote")
    ] = False
