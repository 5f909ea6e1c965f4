"""A language model that writes answers. In: values. Out: checked ones, all or none."""

import re
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator

from service.choices.prefix import variable


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


class WritingChoices(BaseModel):
    """The endpoint that writes answers, what it may cost, and what becomes of its sentences."""

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
            names = [[variable(name) for name in part] for part in (given, missing)]
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
