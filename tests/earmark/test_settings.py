"""Settings: file < environment < flags, and refusals that name the path."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from earmark.errors import EarmarkError, SettingsError
from earmark.settings import Group, Settings, load_settings
from ingest.work.failures import note_of, secrets_in


def test_file_then_environment_then_flags(tmp_path: Path) -> None:
    (tmp_path / "earmark.toml").write_text("[brief]\nsize = 3\nper_show = 2\n[ingest]\nnewest = 7\n")
    env = {"EARMARK_BRIEF__SIZE": "4", "EARMARK_INGEST__NEWEST": "8"}
    settings = load_settings({"ingest": {"newest": 9}}, home=tmp_path, environ=env)
    assert (settings.brief.per_show, settings.brief.size, settings.ingest.backfill) == (2, 4, 9)


def test_home_moves_everything(tmp_path: Path) -> None:
    settings = load_settings(environ={"EARMARK_HOME": str(tmp_path / "there")})
    for path in (settings.home, settings.index_dir, settings.models_dir, settings.audio_dir):
        assert path.is_relative_to(tmp_path / "there")
    assert str(tmp_path / "there") in settings.catalog_url


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"EARMARK_LLM__MODLE": "x"}, "llm.modle"),
        ({"EARMARK_NOTHING": "x"}, "nothing"),
        ({"EARMARK_BRIEF__SIZE": "many"}, "brief.size"),
        ({"EARMARK_BRIEF__SIZE": "0"}, "brief.size"),
        ({"EARMARK_MAIL__SECURITY": "maybe"}, "mail.security"),
    ],
)
def test_wrong_settings_are_refused_by_their_path(tmp_path: Path, environ: dict[str, str], path: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(home=tmp_path, environ=environ)
    assert str(caught.value).startswith(path + ": ")
    assert "\n" not in str(caught.value)


def test_unknown_keys_of_the_file_are_refused_by_their_path(tmp_path: Path) -> None:
    (tmp_path / "earmark.toml").write_text("[fetch]\ntimeout = 3\n")
    with pytest.raises(SettingsError, match=r"^fetch\.timeout: there is no such setting"):
        load_settings(home=tmp_path, environ={})


def test_a_broken_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "earmark.toml").write_text("[fetch\n")
    with pytest.raises(SettingsError, match=r"earmark\.toml: cannot be read"):
        load_settings(home=tmp_path, environ={})


def test_secrets_come_from_files_and_are_never_shown(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    settings = load_settings(home=tmp_path, environ={"EARMARK_LLM__API_KEY_FILE": str(tmp_path / "key")})
    assert settings.llm.api_key.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(settings)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(home=tmp_path, environ={"EARMARK_LLM__API_KEY_FILE": str(tmp_path / "none")})


def test_openai_variables_are_understood_and_ours_win(tmp_path: Path) -> None:
    env = {"OPENAI_API_KEY": "theirs", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "EARMARK_LLM__API_KEY": "ours"}
    settings = load_settings(home=tmp_path, environ=env)
    assert settings.llm.api_key.get_secret_value() == "ours"
    assert settings.llm.base_url == "http://127.0.0.1:1/v1"


def test_lists_are_separated_by_commas(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, environ={"EARMARK_FETCH__ALLOW_PRIVATE": "127.0.0.1, ::1"})
    assert settings.fetch.allow_private == ("127.0.0.1", "::1")


def test_empty_variables_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "earmark.toml").write_text('[llm]\nbase_url = "http://127.0.0.1:1/v1"\napi_key = "k"\n')
    settings = load_settings(home=tmp_path, environ={"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""})
    assert settings.llm.base_url == "http://127.0.0.1:1/v1"
    assert settings.llm.api_key.get_secret_value() == "k"


@pytest.mark.parametrize("more", [{"OPENAI_API_KEY": "x"}, {"EARMARK_LLM__MODEL": "m"}])
def test_a_group_takes_no_value_of_its_own(tmp_path: Path, more: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="group of settings"):
        load_settings(home=tmp_path, environ={"EARMARK_LLM": "foo", **more})


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="not a folder"):
        load_settings(home=tmp_path / "file", environ={})


class _Chat(Group):
    """A group that nobody has thought of yet, with a fifth secret."""

    token: SecretStr = SecretStr("")
    rooms: tuple[str, ...] = ("kitchen",)


class _Wider(Settings):
    chat: _Chat = _Chat()


def test_a_further_secret_is_hidden_without_being_named(tmp_path: Path) -> None:
    values = {"llm": {"api_key": "key-of-the-model"}, "chat": {"token": "xoxb-fifth-secret"}}
    settings = _Wider.model_validate({"home": tmp_path, "database_url": "sqlite:///x.db", **values})
    assert set(secrets_in(settings)) == {"key-of-the-model", "xoxb-fifth-secret", "sqlite:///x.db"}
    error = EarmarkError("the server said xoxb-fifth-secret is wrong")
    noted = note_of(error, lambda text: text, secrets_in(settings))
    assert "xoxb" not in noted
    assert "kitchen" not in secrets_in(settings)


@pytest.mark.parametrize("given", ["file", "environment", "flags"])
def test_the_name_that_a_setting_had_before_goes_on_working(tmp_path: Path, given: str) -> None:
    if given == "file":
        (tmp_path / "earmark.toml").write_text("[ingest]\nnewest = 7\n")
    env = {"EARMARK_INGEST__NEWEST": "7"} if given == "environment" else {}
    flags = {"ingest": {"newest": 7}} if given == "flags" else {}
    assert load_settings(flags, home=tmp_path, environ=env).ingest.backfill == 7


def test_the_name_of_now_wins_over_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "earmark.toml").write_text("[ingest]\nbackfill = 5\nnewest = 7\n")
    assert load_settings({}, home=tmp_path, environ={}).ingest.backfill == 5
    assert load_settings({}, home=tmp_path, environ={"EARMARK_INGEST__NEWEST": "8"}).ingest.backfill == 8
