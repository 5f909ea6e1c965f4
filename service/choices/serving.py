"""How the service runs. In: values. Out: checked ones: address, changes, logs."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field


class ServingChoices(BaseModel):
    """Where the service listens, what it lets be changed, and what it logs."""

    host: Annotated[str, Field(description="address to listen on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="port to listen on")] = 8000
    editing: Annotated[
        bool | None,
        Field(
            description="whether HTTP can change documents; unset: with a write key, or on loopback"
        ),
    ] = None
    upload_mb: Annotated[
        int, Field(ge=1, description="most megabytes of one upload, all its files together")
    ] = 100
    report: Annotated[
        Path | None,
        Field(description="folder of a run of `citewell eval`, whose report the page links to"),
    ] = None
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="how much is logged")
    ] = "info"
