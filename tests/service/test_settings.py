"""Settings are read once from the environment, and a mistyped one is refused."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from service.errors import SettingsInvalid
from service.settings import Settings, changed_settings, read_settings


def test_without_variables_every_setting_has_its_default() -> None:
    settings = read_settings({})
    assert settings.index == Path(".citewell/index")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.model is None
    assert settings.threshold is None
    assert (settings.ranking, settings.calibration) == (None, None)
    assert (settings.editing, settings.upload_mb) == (None, 100)
    assert settings.log_level == "info"
    assert (settings.keys, settings.open, settings.rate) == (None, False, None)
    assert (settings.hosts, settings.origins) == (None, None)
    assert (settings.body_timeout_s, settings.parse_s, settings.parse_mb) == (30, 30, 1024)


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_a_variable_sets_its_setting() -> None:
    environment = {"CITEWELL_PORT": "9001", "CITEWELL_INDEX": "/tmp/x", "HOME": "/root"}
    settings = read_settings(environment)
    assert settings.port == 9001
    assert settings.index == Path("/tmp/x")


@pytest.mark.parametrize(("value", "editing"), [("true", True), ("false", False), ("1", True)])
def test_editing_is_true_or_false(value: str, editing: bool) -> None:
    assert read_settings({"CITEWELL_EDITING": value}).editing is editing


def test_only_the_given_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEWELL_PORT", "9001")
    assert read_settings({}).port == 8000
    assert read_settings().port == 9001


@pytest.mark.parametrize("name", ["CITEWELL_POT", "CITEWELL_", "CITEWELL_INDEX_DIR"])
def test_an_unknown_variable_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(SettingsInvalid, match=rf"^{name} is no setting.*CITEWELL_PORT"):
        read_settings({name: "1"})


def test_all_unknown_variables_are_named_at_once() -> None:
    with pytest.raises(SettingsInvalid, match=r"^CITEWELL_AA, CITEWELL_BB is no setting"):
        read_settings({"CITEWELL_BB": "1", "CITEWELL_AA": "1"})


def test_a_name_in_lower_case_is_the_same_variable() -> None:
    assert read_settings({"citewell_port": "9001"}).port == 9001


def test_variables_of_other_programs_are_left_alone() -> None:
    assert read_settings({"PORT": "1", "CITEWELLPORT": "2", "X_CITEWELL_PORT": "3"}).port == 8000


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("CITEWELL_PORT", "eighty", "valid integer"),
        ("CITEWELL_PORT", "65536", "less than or equal to 65535"),
        ("CITEWELL_PORT", "", "valid integer"),
        ("CITEWELL_POOL", "0", "greater than or equal to 1"),
        ("CITEWELL_THRESHOLD", "1.5", "less than or equal to 1"),
        ("CITEWELL_RERANK", "1", "greater than or equal to 2"),
        ("CITEWELL_THRESHOLD", "-0.1", "greater than or equal to 0"),
        ("CITEWELL_EDITING", "perhaps", "valid boolean"),
        ("CITEWELL_EDITING", "", "valid boolean"),
        ("CITEWELL_UPLOAD_MB", "0", "greater than or equal to 1"),
        ("CITEWELL_OPEN", "perhaps", "valid boolean"),
        ("CITEWELL_HOSTS", "http://a", "must be names without http://"),
        ("CITEWELL_HOSTS", "a b", "must be names without http://"),
        ("CITEWELL_ORIGINS", "a.example", "each by itself"),
        ("CITEWELL_ORIGINS", "https://a.example/", "each by itself"),
        ("CITEWELL_ORIGINS", "https://a, null", "each by itself"),
        ("CITEWELL_ORIGINS", "https://", "a scheme, a host"),
        ("CITEWELL_ORIGINS", "https://me@a", "a scheme, a host"),
        ("CITEWELL_ORIGINS", "https://A.example", "in lower case"),
        ("CITEWELL_RATE", "0", "greater than or equal to 1"),
        ("CITEWELL_BODY_TIMEOUT_S", "0", "greater than 0"),
        ("CITEWELL_PARSE_S", "inf", "less than or equal to 600"),
        ("CITEWELL_PARSE_MB", "63", "greater than or equal to 64"),
        ("CITEWELL_LLM_MODEL", "", "at least 1 character"),
        ("CITEWELL_LLM_TIMEOUT_S", "0", "greater than 0"),
        ("CITEWELL_LLM_TIMEOUT_S", "inf", "less than or equal to 600"),
        ("CITEWELL_LLM_TOKENS", "499", "greater than or equal to 500"),
        ("CITEWELL_LLM_ANSWER_TOKENS", "15", "greater than or equal to 16"),
        ("CITEWELL_LLM_UNSUPPORTED", "keep", "'drop' or 'mark'"),
        ("CITEWELL_LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_an_impossible_value_is_named_with_the_reason(name: str, value: str, reason: str) -> None:
    with pytest.raises(SettingsInvalid, match=rf"^{name} is '{value}': .*{reason}.*set it right$"):
        read_settings({name: value})


ENDPOINT = {"CITEWELL_LLM_URL": "http://127.0.0.1:9/v1", "CITEWELL_LLM_MODEL": "small"}


def test_no_language_model_is_asked_unless_it_is_named() -> None:
    settings = read_settings({})
    assert (settings.llm_url, settings.llm_model, settings.llm_key) == (None, None, None)
    assert (settings.llm_timeout_s, settings.llm_tokens, settings.llm_answer_tokens) == (
        30,
        3000,
        400,
    )
    assert settings.llm_unsupported == "drop"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"LLM_URL": "http://x"}, "CITEWELL_LLM_URL is set without CITEWELL_LLM_MODEL"),
        ({"LLM_MODEL": "x"}, "CITEWELL_LLM_MODEL is set without CITEWELL_LLM_URL"),
        (
            {"LLM_KEY": "sk-secret"},
            "CITEWELL_LLM_KEY is set without CITEWELL_LLM_URL and CITEWELL_LLM_MODEL",
        ),
        (
            {"LLM_MODEL": "x", "LLM_KEY": "sk-secret"},
            "CITEWELL_LLM_MODEL and CITEWELL_LLM_KEY are set without CITEWELL_LLM_URL",
        ),
    ],
)
def test_half_of_an_endpoint_is_refused(given: dict[str, str], missing: str) -> None:
    environment = {f"CITEWELL_{name}": value for name, value in given.items()}
    with pytest.raises(SettingsInvalid, match=rf"^{missing}; set it right$"):
        read_settings(environment)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("URL", "127.0.0.1:8080", "must begin with http:// or https:// and a host"),
        ("URL", "ftp://secret", "must begin with http:// or https:// and a host"),
        ("URL", "http://", "must begin with http:// or https:// and a host"),
        ("URL", "", "must begin with http:// or https:// and a host"),
        ("URL", "http://me:secret@x/v1", "must hold no user and no password; a key goes into"),
        ("URL", "http://x/v1?key=secret", "must end with its path"),
        ("URL", "http://x/v1#secret", "must end with its path"),
        ("URL", "http://x y/secret", "must end with its path"),
        ("URL", "http://x:99999/secret", "Port out of range"),
        ("KEY", "", "must consist of ASCII letters"),
        ("KEY", "secret secret", "must consist of ASCII letters"),
        ("KEY", "secret\n", "must consist of ASCII letters"),
        ("KEY", "sécret", "must consist of ASCII letters"),
    ],
)
def test_an_address_or_key_that_cannot_be_is_not_repeated(
    name: str, value: str, reason: str
) -> None:
    with pytest.raises(SettingsInvalid, match=rf"^CITEWELL_LLM_{name}: {reason}") as caught:
        read_settings(ENDPOINT | {f"CITEWELL_LLM_{name}": value})
    assert "cret" not in str(caught.value)


def test_a_key_is_not_shown_even_by_an_error() -> None:
    settings = read_settings(ENDPOINT | {"CITEWELL_LLM_KEY": "sk-secret"})
    assert settings.llm_key is not None
    assert settings.llm_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in repr(settings) + settings.model_dump_json()
    with pytest.raises(ValidationError, match="CITEWELL_LLM_KEY is set without") as caught:
        Settings.model_validate({"llm_key": "sk-secret"})
    assert "sk-secret" not in str(caught.value)


def test_another_setting_leaves_the_key() -> None:
    settings = read_settings(ENDPOINT | {"CITEWELL_LLM_KEY": "sk-secret"})
    assert changed_settings(settings, "pool", "3").endpoint == settings.endpoint
    assert changed_settings(settings, "llm_model", "large").endpoint != settings.endpoint


def test_flags_win_over_variables() -> None:
    assert read_settings({"CITEWELL_PORT": "9001"}, port=9002).port == 9002


def test_a_flag_that_was_not_given_leaves_the_variable() -> None:
    assert read_settings({"CITEWELL_PORT": "9001"}, port=None).port == 9001


def test_an_impossible_flag_is_refused_like_a_variable() -> None:
    with pytest.raises(SettingsInvalid, match=r"^CITEWELL_PORT is 70000: "):
        read_settings({}, port=70000)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(read_settings({}), "port", 1)  # noqa: B010 - mypy knows it is frozen
