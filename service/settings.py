"""Choices of the running program. In: ``CITEWELL_*`` variables. Out: frozen Settings.

Read once, at the door. What the index is made of (model, splitting) stands in its manifest
and is no setting. An unknown ``CITEWELL_*`` variable is refused: a mistyped one would
otherwise be obeyed by nobody and noticed by nobody.
"""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from index.current import DEFAULT_INDEX
from service.errors import SettingsInvalid

PREFIX = "CITEWELL_"


# Of what is wrong with these, the value is not told: it may be, or hold, a secret.
_UNTOLD = ("llm_key", "llm_url")


def checked_address(url: str | None) -> str | None:
    """The address of an endpoint, as it is; raises ``ValueError`` for what is none."""
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must begin with http:// or https:// and a host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must hold no user and no password; a key goes into CITEWELL_LLM_KEY")
    if parts.query or parts.fragment or any(not c.isprintable() or c.isspace() for c in url):
        raise ValueError("must end with its path, without ?, # and white space")
    _ = parts.port  # raises for one that is none
    return url


def checked_key(key: SecretStr | None) -> SecretStr | None:
    """The key, as it is; raises ``ValueError`` for what no HTTP header can carry."""
    if key is not None and re.fullmatch(r"[!-~]+", key.get_secret_value()) is None:
        raise ValueError("must consist of ASCII letters, digits and marks, without white space")
    return key


class Settings(BaseSettings):
    """Every setting, its default and what it does; the README's table is checked against it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

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
    llm_url: Annotated[
        str | None,
        AfterValidator(checked_address),
        Field(description="OpenAI-compatible endpoint that writes answers; unset: quotes only"),
    ] = None
    llm_model: Annotated[
        str | None, Field(min_length=1, description="the endpoint's model; goes with the URL")
    ] = None
    llm_key: Annotated[
        SecretStr | None,
        AfterValidator(checked_key),
        Field(description="the endpoint's key, sent to it and shown nowhere"),
    ] = None
    llm_timeout_s: Annotated[
        float, Field(gt=0, le=600, description="most seconds to wait for a written answer")
    ] = 30
    llm_tokens: Annotated[
        int,
        Field(ge=500, description="most tokens of what the endpoint is sent, as tiktoken counts"),
    ] = 3000
    llm_answer_tokens: Annotated[
        int, Field(ge=16, description="most tokens of a written answer, as the endpoint counts")
    ] = 400
    llm_unsupported: Annotated[
        Literal["drop", "mark"],
        Field(description="what becomes of sentences that the cited passages do not support"),
    ] = "drop"

    @model_validator(mode="after")
    def _endpoint_is_whole(self) -> Self:
        """Refuse half of an endpoint: the model would never be asked, and nobody would know."""
        given = [n for n in ("llm_url", "llm_model", "llm_key") if getattr(self, n) is not None]
        missing = [name for name in ("llm_url", "llm_model") if getattr(self, name) is None]
        if given and missing:
            names = [[PREFIX + name.upper() for name in part] for part in (given, missing)]
            given_is = "is" if len(given) == 1 else "are"
            raise ValueError(
                f"{' and '.join(names[0])} {given_is} set without {' and '.join(names[1])}"
            )
        return self

    @property
    def endpoint(self) -> tuple[object, ...]:
        """All that an endpoint is made from."""
        return (
            self.llm_url,
            self.llm_model,
            self.llm_key,
            self.llm_timeout_s,
            self.llm_answer_tokens,
        )

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
        raise SettingsInvalid(f"{_explained(error.errors()[0])}; set it right") from None


def _explained(first: ErrorDetails) -> str:
    reason = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:  # of several together
        return reason
    name = str(first["loc"][0])
    value = "" if name in _UNTOLD else f" is {first['input']!r}"
    return f"{PREFIX}{name.upper()}{value}: {reason}"
