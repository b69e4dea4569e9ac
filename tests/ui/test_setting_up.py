"""`earmark init`: four questions, the file they make, and what it leaves alone."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner

from earmark.errors import SettingsError, UsageError
from earmark.settings import Settings, load_settings
from library.first_settings import BEFORE, FirstSettings, mail_server, settings_text, write_first_settings
from library.library import Library
from tests.ui.here import CommandOutcome, here
from ui.cli.main import app

TODAY = date(2026, 11, 28)
FEED = """<rss version="2.0"><channel><title>Night Desk</title><item><guid>1</guid><title>One</title></item></channel></rss>"""
QUIET = ("--model", "none")


@pytest.fixture
def feed(httpserver: HTTPServer) -> Iterator[str]:
    """The address of a feed."""
    httpserver.expect_request("/feed.xml").respond_with_data(FEED, content_type="application/rss+xml")
    yield httpserver.url_for("/feed.xml")


def _answered(home: Path, answers: str, *words: str) -> CommandOutcome:
    command = ["--home", str(home), "--allow-private", "127.0.0.1", "init", *QUIET, *words]
    done = CliRunner().invoke(app, command, input=answers)
    return CommandOutcome(code=done.exit_code, out=done.stdout, err=done.stderr)


@pytest.mark.heavy
def test_enter_four_times_makes_a_library_with_defaults(tmp_path: Path) -> None:
    done = _answered(tmp_path, "\n\n\n")
    assert done.code == 0, done.err
    assert "Next: earmark add" in done.out
    settings = load_settings(home=tmp_path, environ={})
    assert settings == Settings(home=tmp_path)
    assert stat.S_IMODE((tmp_path / "earmark.toml").stat().st_mode) == 0o600


def test_answers_become_settings_shows_and_an_hour(tmp_path: Path, feed: str) -> None:
    done = _answered(tmp_path, f"{feed}\nana@example.org\nmail.example.org:465\n07:30\n")
    assert done.code == 0, done.err
    assert "Following Night Desk" in done.out
    assert "EARMARK_MAIL__PASSWORD_FILE" in done.out
    mail = load_settings(home=tmp_path, environ={}).mail
    assert (mail.to, mail.host, mail.port, mail.security) == ("ana@example.org", "mail.example.org", 465, "tls")
    with Library.open(tmp_path) as library:
        assert library.reader.brief_at == time(7, 30)
        assert [row.show.title for row in library.shows.summaries()] == ["Night Desk"]


def test_an_answer_that_cannot_be_is_asked_for_again(tmp_path: Path) -> None:
    done = _answered(tmp_path, "missing.opml\n\nnobody\n\nlate\n25:00\n06:15\n")
    assert done.code == 0, done.err
    assert "there is no such file" in done.err
    assert "is no mail address" in done.err
    assert done.err.count("is no time of day") == 2
    with Library.open(tmp_path) as library:
        assert library.reader.brief_at == time(6, 15)


def test_without_questions_the_options_are_all_there_is(tmp_path: Path, feed: str) -> None:
    words = ("--show", feed, "--mail", "ana@example.org", "--mail-server", "localhost:2525", "--at", "05:45", "--yes")
    done = here(tmp_path, "init", *QUIET, *words)
    assert done.code == 0, done.err
    settings = load_settings(home=tmp_path, environ={})
    assert (settings.mail.host, settings.mail.security, settings.mail.username) == ("localhost", "none", "")
    assert settings.llm.model == ""


def test_a_list_of_shows_is_imported(tmp_path: Path, feed: str) -> None:
    listed = tmp_path / "shows.opml"
    listed.write_text(f'<opml version="2.0"><body><outline text="N" xmlUrl="{feed}"/></body></opml>', "utf-8")
    done = _answered(tmp_path / "home", f"{listed}\n\n\n")
    assert done.code == 0, done.err
    assert "Following Night Desk" in done.out


def test_a_model_on_this_machine_is_offered(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v1/models").respond_with_json({"data": [{"id": "qwen3:8b"}, {"id": "tiny:1b"}]})
    env = {"EARMARK_LLM__LOCAL_PORTS": str(httpserver.port)}
    done = here(tmp_path / "a", "init", "--yes", env=env)
    assert done.code == 0, done.err
    llm = load_settings(home=tmp_path / "a", environ={}).llm
    assert (llm.model, llm.base_url) == ("qwen3:8b", f"http://127.0.0.1:{httpserver.port}/v1")
    asked = CliRunner().invoke(app, ["--home", str(tmp_path / "b"), "init"], input="\nother\ntiny:1b\n\n\n", env=env)
    assert asked.exit_code == 0, asked.stderr
    assert "is none of these" in asked.stderr
    assert load_settings(home=tmp_path / "b", environ={}).llm.model == "tiny:1b"


@pytest.mark.heavy
def test_a_file_that_is_there_is_replaced_only_when_somebody_says_so(tmp_path: Path) -> None:
    file = tmp_path / "earmark.toml"
    file.write_text("[brief]\nsize = 3\n", "utf-8")
    for said in (_answered(tmp_path, "\n"), _answered(tmp_path, "n\n"), here(tmp_path, "init", "--yes")):
        assert said.code == 2
        assert "left alone" in said.err
        assert file.read_text("utf-8") == "[brief]\nsize = 3\n"
    done = _answered(tmp_path, "y\n\n\n\n")
    assert done.code == 0, done.err
    assert load_settings(home=tmp_path, environ={}).brief.size == 5
    assert (tmp_path / BEFORE).read_text("utf-8") == "[brief]\nsize = 3\n"


def test_questions_that_nobody_answers_write_nothing(tmp_path: Path) -> None:
    done = _answered(tmp_path, "")
    assert done.code != 0
    assert not (tmp_path / "earmark.toml").exists()


@pytest.mark.parametrize("first", [FirstSettings(), FirstSettings(model='a"b\\\n[x]', base_url="http://localhost:1")])
def test_every_line_that_is_commented_out_is_a_setting(first: FirstSettings, tmp_path: Path) -> None:
    text = settings_text(first, today=TODAY)
    assert tomllib.loads(text).get("llm", {}).get("model", "") == first.model
    bare = re.sub(r"(?m)^#(?! )", "", text)
    (tmp_path / "earmark.toml").write_text(bare, "utf-8")
    assert load_settings(home=tmp_path, environ={}).llm.model == first.model
    assert len(re.findall(r"(?m)^[a-z_]+ = ", bare)) > 15


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (FirstSettings(mail_to="ana@", mail_host="mail.example.org"), "mail.to"),
        (FirstSettings(mail_to="ana@example.org\nBcc: x@y.z", mail_host="mail.example.org"), "mail"),
        (FirstSettings(mail_to="ana@example.org", mail_host="mail example"), "mail.host"),
    ],
)
def test_what_cannot_be_is_refused_before_a_file_is_written(first: FirstSettings, said: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        write_first_settings(tmp_path, first, today=TODAY)
    assert list(tmp_path.iterdir()) == []


def test_a_mail_server_has_a_host_and_perhaps_a_port() -> None:
    assert mail_server("smtp.example.org") == ("smtp.example.org", 587)
    assert mail_server(" smtp.example.org:25 ") == ("smtp.example.org", 25)
    for text in ("", ":25", "host:", "host:x", "host:70000"):
        with pytest.raises(UsageError):
            mail_server(text)


def test_the_shell_completes_commands() -> None:
    env = {"_EARMARK_COMPLETE": "complete_bash", "COMP_WORDS": "earmark ini", "COMP_CWORD": "1"}
    done = CliRunner().invoke(app, [], prog_name="earmark", env=env)
    assert done.stdout.split() == ["init"]
