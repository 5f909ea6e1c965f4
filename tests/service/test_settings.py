"""Settings are read once from the environment, and a mistyped one is refused."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from service.errors import SettingsInvalid
from service.settings import Settings, read_settings


def test_without_variables_every_setting_has_its_default() -> None:
    settings = read_settings({})
    assert settings.index == Path(".citewell/index")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.model is None
    assert settings.threshold is None
    assert (settings.ranking, settings.calibration) == (None, None)
    assert (settings.editing, settings.upload_mb) == (None, 100)
    assert settings.log_level == "info"


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
        ("CITEWELL_LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_an_impossible_value_is_named_with_the_reason(name: str, value: str, reason: str) -> None:
    with pytest.raises(SettingsInvalid, match=rf"^{name} is '{value}': .*{reason}.*set it right$"):
        read_settings({name: value})


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
