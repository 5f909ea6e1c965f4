"""Choices of the running program. In: ``CITEWELL_*`` variables. Out: frozen Settings.

Read once, at the door. What the index is made of (model, splitting) stands in its manifest
and is no setting. An unknown ``CITEWELL_*`` variable is refused: a mistyped one would
otherwise be obeyed by nobody and noticed by nobody.
"""

import os
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from service.choices.answers import AnswerChoices
from service.choices.load import LoadChoices
from service.choices.logs import LogChoices
from service.choices.prefix import PREFIX, variable
from service.choices.running import RunningChoices
from service.choices.safety import SafetyChoices
from service.choices.serving import ServingChoices
from service.choices.writing import WritingChoices
from service.errors import SettingsInvalid

# Of what is wrong with these, the value is not told: it may be, or hold, a secret.
_UNTOLD = ("llm_key", "llm_url")


class Settings(
    WritingChoices,
    LoadChoices,
    SafetyChoices,
    RunningChoices,
    LogChoices,
    ServingChoices,
    AnswerChoices,
    BaseSettings,
):
    """Every setting, its default and what it does; the README's table is checked against it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
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
        refused = ", ".join(variable(name) for name in unknown)
        known = ", ".join(variable(name) for name in Settings.model_fields)
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
    return f"{variable(name)}{value}: {reason}"
