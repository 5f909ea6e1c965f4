"""Choices of the running program. In: ``CITEWELL_*`` variables. Out: frozen Settings.

Read once, at the door. What the index is made of (model, splitting) stands in its manifest
and is no setting. An unknown ``CITEWELL_*`` variable is refused: a mistyped one would
otherwise be obeyed by nobody and noticed by nobody.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from index.current import DEFAULT_INDEX
from service.errors import SettingsInvalid

PREFIX = "CITEWELL_"


class Settings(BaseSettings):
    """Every setting, its default and what it does; the README's table is checked against it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    index: Annotated[Path, Field(description="folder of the index")] = DEFAULT_INDEX
    host: Annotated[str, Field(description="address to listen on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="port to listen on")] = 8000
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
    threshold: Annotated[
        float | None,
        Field(ge=0, le=1, description="least confidence to answer, whatever is calibrated"),
    ] = None
    false_answers: Annotated[
        float,
        Field(gt=0, lt=1, description="share of unanswerable questions that may be answered"),
    ] = 0.05
    editing: Annotated[
        bool | None,
        Field(description="whether documents can be changed over HTTP; unset: on a loopback host"),
    ] = None
    upload_mb: Annotated[
        int, Field(ge=1, description="most megabytes of one upload, all its files together")
    ] = 100
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="how much is logged")
    ] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Values come from ``read_settings`` alone, so that nothing else is read behind it."""
        return (init_settings,)


def read_settings(environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """The settings of this process; ``given`` (from flags, None means not given) win.

    Raises ``SettingsInvalid`` naming the variable and what it should be.
    """
    environment = os.environ if environment is None else environment
    stated = {
        name[len(PREFIX) :].lower(): value
        for name, value in environment.items()
        if name.upper().startswith(PREFIX)
    }
    _refuse_unknown(stated)
    return _checked({**stated, **{k: v for k, v in given.items() if v is not None}})


def changed_settings(settings: Settings, name: str, value: str) -> Settings:
    """The settings with one of them changed, its value as in an environment variable.

    Raises ``SettingsInvalid`` as ``read_settings`` does.
    """
    _refuse_unknown([name])
    return _checked({**settings.model_dump(), name: value})


def _refuse_unknown(names: Iterable[str]) -> None:
    unknown = sorted(set(names) - set(Settings.model_fields))
    if unknown:
        refused = ", ".join(PREFIX + name.upper() for name in unknown)
        known = ", ".join(PREFIX + name.upper() for name in Settings.model_fields)
        raise SettingsInvalid(f"{refused} is no setting of citewell; there are {known}")


def _checked(values: dict[str, Any]) -> Settings:
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise SettingsInvalid(
            f"{name} is {first['input']!r}: {first['msg']}; set it right"
        ) from None
