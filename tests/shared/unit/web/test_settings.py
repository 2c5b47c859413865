import pytest
from pydantic import SecretStr

from shared.web.settings import ServiceSettings


@pytest.fixture(autouse=True)
def complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURSOR_SECRET", "sixteen letters and more")
    monkeypatch.setenv("INTERNAL_TOKEN_PUBLIC_KEYS", '{"k1": "PEM"}')


def test_settings_come_from_the_environment() -> None:
    settings = ServiceSettings.load()

    assert settings.internal_token_public_keys == {"k1": "PEM"}
    assert settings.batch_body_limit_bytes == 8 * 1024 * 1024


def test_a_missing_variable_is_named_in_one_line_and_the_exit_code_is_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CURSOR_SECRET")

    with pytest.raises(SystemExit) as stopped:
        ServiceSettings.load()

    assert stopped.value.code == 2
    assert capsys.readouterr().err == "ServiceSettings: environment variable CURSOR_SECRET is not set\n"


def test_a_wrong_variable_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CURSOR_SECRET", "too-short")
    monkeypatch.setenv("DATABASE_POOL_SIZE", "many")

    with pytest.raises(SystemExit):
        ServiceSettings.load()

    said = capsys.readouterr().err
    assert "CURSOR_SECRET is wrong" in said and "DATABASE_POOL_SIZE is wrong" in said
    assert "too-short" not in said


def test_a_json_variable_that_is_no_json_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INTERNAL_TOKEN_PUBLIC_KEYS", "-----BEGIN")

    with pytest.raises(SystemExit) as stopped:
        ServiceSettings.load()

    assert stopped.value.code == 2
    assert "INTERNAL_TOKEN_PUBLIC_KEYS" in capsys.readouterr().err


def test_the_secret_is_not_shown_when_settings_are_printed() -> None:
    settings = ServiceSettings.load()

    assert isinstance(settings.cursor_secret, SecretStr)
    assert "sixteen" not in repr(settings)
