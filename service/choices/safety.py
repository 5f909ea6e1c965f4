"""Who is answered, and what a request may cost. In: values. Out: checked ones."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field


def parted(value: str | None) -> tuple[str, ...]:
    """What stands between commas, without the white space around it."""
    return tuple(part.strip() for part in (value or "").split(",") if part.strip())


def checked_hosts(value: str | None) -> str | None:
    """Names of hosts, as they are; raises ``ValueError`` for what is none."""
    for name in parted(value):
        if set(name) & set("/@?#") or any(c.isspace() for c in name):
            raise ValueError("must be names without http:// and path, such as notes.example.org")
    return value


def checked_origins(value: str | None) -> str | None:
    """Origins, as they are; raises ``ValueError`` for what is none."""
    for origin in parted(value):
        parts = urlsplit(origin)
        if f"{parts.scheme}://{parts.netloc}" != origin or parts.scheme not in ("http", "https"):
            raise ValueError(
                "must be origins as a browser sends them, such as https://notes.example.org, "
                "each by itself: * is none"
            )
        if not parts.hostname or parts.username is not None or origin != origin.lower():
            raise ValueError("must be origins of a scheme, a host in lower case and a port")
    return value


class SafetyChoices(BaseModel):
    """Keys, names and origins that are answered, and the limits of each request."""

    keys: Annotated[
        Path | None, Field(description="file of API keys; unset: beside the index, `.keys.json`")
    ] = None
    open: Annotated[
        bool, Field(description="whether everyone who reaches the service is answered, keyless")
    ] = False
    hosts: Annotated[
        str | None,
        AfterValidator(checked_hosts),
        Field(description="names the service is asked by, besides its address; `*`: any"),
    ] = None
    origins: Annotated[
        str | None,
        AfterValidator(checked_origins),
        Field(description="origins of other sites whose pages may ask, with commas between"),
    ] = None
    rate: Annotated[
        int | None,
        Field(ge=1, description="most requests a minute of a key, or an address without one"),
    ] = None
    body_timeout_s: Annotated[
        float, Field(gt=0, le=600, description="most seconds for a body, or a piece of an upload")
    ] = 30
    parse_s: Annotated[
        float, Field(gt=0, le=600, description="most seconds to parse an uploaded file")
    ] = 30
    parse_mb: Annotated[
        int, Field(ge=64, description="most MiB of memory to parse an uploaded file")
    ] = 1024
