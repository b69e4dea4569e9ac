"""Language models: servers on this machine offered, the one in use tried by the real path, settings changed with care."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from earmark.errors import Forbidden, ModelCallError, ModelNotFound, NotFound, UsageError
from earmark.settings import Settings, load_settings
from earmark.types import Reader
from library.library import Library
from library.model_trial import EPISODES, Call, Trial, canned, night
from tests.earmark.llm.test_context import answering
from tests.ingest.desk import listed
from tests.scripted_llm import Answer, Reply, Request, ScriptedLLM, Status
from ui.cli.main import app


def library_of(tmp_path: Path, **llm: Any) -> Library:
    settings = load_settings({"llm": {"local_ports": [], **llm}}, home=tmp_path / "home", environ={})
    return Library.open(settings=settings)


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


MODELS = {"/v1/models": {"data": [{"id": "nomic-embed-text"}, {"id": "llama3.2:3b"}, {"id": "qwen3:8b"}]}}


@pytest.mark.heavy
def test_a_server_on_this_machine_is_offered_in_a_line_to_copy(tmp_path: Path) -> None:
    with (
        answering(MODELS) as (url, asked),
        answering({}) as (other, _),
        library_of(tmp_path, local_ports=[port_of(url), port_of(other), 9]) as library,
    ):
        (server,) = library.models.offers()
        assert server.models == ("qwen3:8b", "llama3.2:3b")
        assert server.environment == f"EARMARK_LLM__MODEL=qwen3:8b EARMARK_LLM__BASE_URL={url}"
        assert tomllib.loads(server.toml) == {"llm": {"model": "qwen3:8b", "base_url": url}}
        assert asked == ["/v1/models"]
        (check,) = [check for check in library.doctor() if check.name == "language model"]
        assert check.ok is None
        assert server.toml in check.message


@pytest.mark.parametrize("name", ["x; rm -rf ~", 'a"b', "$(id)", "a b", "", "\x1b[31m", "-rf"])
def test_a_name_that_would_do_something_when_it_is_pasted_is_not_offered(tmp_path: Path, name: str) -> None:
    with (
        answering({"/v1/models": {"data": [{"id": name}]}}) as (url, _),
        library_of(tmp_path, local_ports=[port_of(url)]) as library,
    ):
        assert library.models.offers() == []


@pytest.mark.parametrize("document", [None, [], {"data": "x"}, {"data": [1, {"id": 2}]}, {"detail": "other app"}])
def test_what_is_no_model_server_is_not_offered(tmp_path: Path, document: Any) -> None:
    with answering({"/v1/models": document}) as (url, _), library_of(tmp_path, local_ports=[port_of(url)]) as library:
        assert library.models.offers() == []


def test_nobody_is_asked_with_a_model_set_up_or_offline(tmp_path: Path) -> None:
    with answering(MODELS) as (url, asked):
        ports = [port_of(url)]
        with library_of(tmp_path, model="m", base_url="http://127.0.0.1:9/v1", local_ports=ports) as library:
            assert library.models.offers() == []
        settings = load_settings({"offline": True, "llm": {"local_ports": ports}}, home=tmp_path / "home", environ={})
        with Library.open(settings=settings) as library:
            assert library.models.offers() == []
        assert asked == []


def test_the_canned_conversation_is_in_five_windows_with_a_host_and_four_guests() -> None:
    episode, transcript = canned()
    assert len(transcript.chapters) == 5
    assert len(episode.data.persons) == 5
    assert 1_700 < sum(len(segment.text.split()) for segment in transcript.segments) < 2_000


def by_rule(request: Request) -> Answer:
    """A fair model: it points at a sentence with a reason in it, keeps all, repeats what was said, and finds all well."""
    if request.system.startswith("You are the first reader"):
        lines = re.findall(r"^\[(\d+)\] (?:[A-Z][\w .]*: |– )?(.*)$", request.user, re.MULTILINE)
        numbers = [int(number) for number, text in lines if "percent" in text or "because" in text]
        pointed = [{"first": number, "last": number, "kind": "claim", "point": "it"} for number in numbers]
        return json.dumps({"candidates": pointed})
    if request.system.startswith("You are the editor"):
        return json.dumps({"chosen": [{"id": number} for number in listed(request.user)]})
    if request.system.startswith("You check what"):
        verdicts = [{"id": n, "carries": "yes", "holds": "holds", "body": "yes"} for n in listed(request.user)]
        return json.dumps({"verdicts": verdicts})
    if request.system.startswith("Answer with one word"):
        return "Ready."
    quotes = re.findall(r"»(?:[A-Z][\w .]*: )?(.*?)«", request.user, re.DOTALL)
    ideas = [
        {"id": n, "headline": "An idea", "claim": quote} for n, quote in zip(listed(request.user), quotes, strict=True)
    ]
    return json.dumps({"ideas": ideas})


@pytest.mark.heavy
def test_a_model_is_tried_by_the_real_path(tmp_path: Path) -> None:
    with (
        ScriptedLLM(answer=by_rule, refuse_formats={"json_schema": 400}) as llm,
        library_of(tmp_path, model="scripted", base_url=llm.url, price_in=1_000.0) as library,
    ):
        report = library.models.examine()
        trial = report.trial
        assert (trial.windows, trial.unread) == (5, 0)
        assert trial.candidates >= trial.finalists > 0
        assert trial.drafts == len(trial.claims) + sum(trial.refused.values())
        assert trial.claims
        assert report.reader is None
        assert report.editor.form == "JSON, with the schema in the prompt"
        # One call more than is reported: the word at the beginning; and one whose format was refused.
        made = [request for request in llm.requests if request.path.endswith("/chat/completions")]
        assert report.editor.calls == len(made) - 2
        assert report.night.episodes == EPISODES
        assert report.night_money > 0
        with library.catalog.read() as tx:
            from earmark.catalog.work import usage

            counted = usage.between(tx, library.clock.now().date(), library.clock.now().date())
        assert counted["llm_calls"] == report.editor.calls + 1


@pytest.mark.heavy
def test_windows_without_a_usable_answer_are_counted_and_the_rest_goes_on(tmp_path: Path) -> None:
    def answer(request: Request) -> Answer:
        if request.system.startswith("You are the first reader") and "Holm" in request.user:
            return "What a fine talk."
        return by_rule(request)

    with ScriptedLLM(answer=answer) as llm, library_of(tmp_path, model="m", base_url=llm.url) as library:
        report = library.models.examine()
        assert report.trial.unread == 1
        assert report.trial.claims


@pytest.mark.heavy
def test_two_models_are_told_apart_and_a_thinking_one_is_noted(tmp_path: Path) -> None:
    def thinking(request: Request) -> Answer:
        if "reasoning_effort" in request.body:
            return Status(400, "does not support thinking")
        if request.body["max_tokens"] in (256, 512, 1500):
            return Reply(content="<think>hm", finish_reason="length")
        return by_rule(request)

    with ScriptedLLM(answer=by_rule) as good, ScriptedLLM(answer=thinking) as cheap:
        llm = {"model": "good", "base_url": good.url, "reader_model": "cheap", "reader_base_url": cheap.url}
        with library_of(tmp_path, **llm, reasoning="low") as library:
            report = library.models.examine()
    assert report.reader is not None
    assert (report.editor.name, report.reader.name) == ("good", "cheap")
    assert report.reader.calls == report.trial.windows == 5
    assert report.editor.reasoning == "asked for: low"
    assert "takes no wish" in report.reader.reasoning
    assert "thinks past the limits" in report.reader.notes[0] and report.editor.notes == ()


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("answer", "words"),
    [(Status(401, "no"), "endpoint failed"), (Status(404, "model 'm' not found"), "model 'm' not found")],
)
def test_a_model_that_cannot_be_asked_is_one_line(tmp_path: Path, answer: Answer, words: str) -> None:
    with ScriptedLLM(answer=answer) as llm:
        run = doctor_model(tmp_path, EARMARK_LLM__MODEL="m", EARMARK_LLM__BASE_URL=llm.url)
    assert run.exit_code == 1
    assert words in run.stderr
    assert run.stderr.strip().count("\n") <= 1


def doctor_model(tmp_path: Path, *options: str, **environ: str) -> Any:
    return CliRunner(env={"EARMARK_HOME": str(tmp_path), **environ}).invoke(app, ["doctor", "--model", *options])


@pytest.mark.heavy
def test_no_model_and_a_model_that_is_down_say_what_to_do(tmp_path: Path) -> None:
    run = doctor_model(tmp_path, EARMARK_LLM__LOCAL_PORTS="9")
    assert run.exit_code == 2
    assert "no language model is set up (llm.model)" in run.stderr
    run = doctor_model(tmp_path, EARMARK_LLM__MODEL="m", EARMARK_LLM__BASE_URL="http://127.0.0.1:9/v1")
    assert run.exit_code == 1
    assert "nothing answers at http://127.0.0.1:9/v1; does the server run?" in run.stderr


@pytest.mark.heavy
def test_the_report_is_said_in_words_and_as_a_document(tmp_path: Path) -> None:
    with ScriptedLLM(answer=by_rule) as llm:
        environ = {"EARMARK_LLM__MODEL": "scripted", "EARMARK_LLM__BASE_URL": llm.url}
        run = doctor_model(tmp_path, **environ)
        assert run.exit_code == 0, run.stderr
        assert "scripted" in run.stdout
        assert "5 windows of" in run.stdout
        assert "A night with 10 episodes of an hour would take about" in run.stdout
        document = json.loads(doctor_model(tmp_path, "--json", **environ).stdout)
    assert document["trial"]["windows"] == 5
    assert document["editor"]["form"] == "JSON by a schema"
    assert document["night"]["episodes"] == 10


def test_a_night_is_told_from_reading_and_writing_apart() -> None:
    trial = Trial(words=1800, windows=5, unread=0, candidates=10, finalists=15, drafts=15)
    # A machine that reads 100 tokens a second and writes 10.
    calls = [
        Call(seconds=n / 100 + m / 10, tokens_in=n, tokens_out=m) for n, m in ((1500, 200), (1600, 100), (1400, 300))
    ]
    took = night(trial, calls, calls, instructions=900.0, window_words=1800, most=12)
    read, written = took.reader_tokens[0] + took.editor_tokens[0], took.reader_tokens[1] + took.editor_tokens[1]
    assert took.seconds == pytest.approx(read / 100 + written / 10)
    assert took.reader_tokens[1] == pytest.approx(10 * 600 * 9000 / 1800)
    assert took.editor_tokens[1] == pytest.approx(10 * 600)


TOML = """# mine
offline = false
[llm]
model = "old"   # the one before
base_url = "http://127.0.0.1:11434/v1"
max_calls = 7

[brief]
model_note = 1
size = 3
"""


def gguf(tmp_path: Path) -> Path:
    path = tmp_path / "mine-1b.gguf"
    path.write_bytes(b"GGUF and so on")
    return path


@pytest.mark.parametrize("before", ["", TOML.replace("model_note = 1\n", ""), "[brief]\nsize = 3\n", "[llm]\n"])
def test_a_model_is_put_into_the_settings_and_nothing_else_changes(tmp_path: Path, before: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "earmark.toml").write_text(before)
    with library_of(tmp_path) as library:
        setting = library.models.use(str(gguf(tmp_path)))
    after = (home / "earmark.toml").read_text()
    assert tomllib.loads(after)["llm"]["model"] == setting == f"local:{tmp_path}/mine-1b.gguf"
    old, new = tomllib.loads(before), tomllib.loads(after)
    assert {**new["llm"], "model": ""} == {
        **{name: value for name, value in old.get("llm", {}).items() if name != "base_url"}, "model": ""
    }  # fmt: skip
    assert [name for name in new if name != "llm"] == [name for name in old if name != "llm"]
    if "# mine" in before:
        assert after.startswith("# mine\n")
    assert load_settings(home=home, environ={}).llm.model == setting


@pytest.mark.parametrize(
    "before", ['llm = { model = "x" }\n', 'llm.model = "x"\n', "[llm]\nmodel = '''\nx'''\n", "[broken\n"]
)
def test_a_file_that_is_laid_out_otherwise_is_left_alone(tmp_path: Path, before: str) -> None:
    with library_of(tmp_path) as library:
        (tmp_path / "home" / "earmark.toml").write_text(before)
        with pytest.raises(UsageError, match=r"under \[llm\]: model = \"local:"):
            library.models.use(str(gguf(tmp_path)))
        assert (tmp_path / "home" / "earmark.toml").read_text() == before


def test_what_is_not_here_cannot_be_used(tmp_path: Path) -> None:
    with library_of(tmp_path) as library:
        with pytest.raises(ModelNotFound, match="earmark model fetch qwen3-4b"):
            library.models.use("qwen3-4b")
        with pytest.raises(ModelNotFound, match="one of qwen3"):
            library.models.use("qwen9")
        (tmp_path / "text.gguf").write_text("no model")
        with pytest.raises(ModelNotFound, match="not a GGUF file"):
            library.models.use(str(tmp_path / "text.gguf"))
        with pytest.raises(NotFound):
            library.models.remove("qwen9")
        assert library.models.remove("qwen3-4b") == 0


def test_models_are_chosen_by_an_owner(tmp_path: Path) -> None:
    with library_of(tmp_path) as library:
        library.readers.add(Reader(id="ben"))
        models = library.for_reader("ben").models
        file = str(gguf(tmp_path))
        acts: tuple[Callable[[], object], ...] = (
            models.offers,
            models.local,
            models.examine,
            lambda: models.fetch("qwen3-1.7b"),
            lambda: models.use(file),
            lambda: models.remove("qwen3-1.7b"),
        )
        for act in acts:
            with pytest.raises(Forbidden, match="the choice of language models is for an owner"):
                act()
        assert not (tmp_path / "home" / "earmark.toml").exists()


def test_a_local_model_that_is_not_here_makes_episodes_wait_and_says_why(tmp_path: Path) -> None:
    with library_of(tmp_path, model="local:qwen3-4b") as library, pytest.raises(ModelCallError, match="model fetch"):
        library.models.examine()


@pytest.mark.heavy
def test_the_commands_list_and_tell(tmp_path: Path) -> None:
    runner = CliRunner(env={"EARMARK_HOME": str(tmp_path), "EARMARK_LLM__LOCAL_PORTS": "9"})
    run = runner.invoke(app, ["model", "list"])
    assert run.exit_code == 0
    assert "qwen3-4b" in run.stdout and "Apache-2.0" in run.stdout and "2.5 GB" in run.stdout
    document = json.loads(runner.invoke(app, ["model", "list", "--json"]).stdout)
    assert [entry["model"]["name"] for entry in document["models"]][:2] == ["qwen3-1.7b", "qwen3-4b"]
    run = runner.invoke(app, ["model", "status"])
    assert "In use: none" in run.stdout
    assert runner.invoke(app, ["model", "fetch", "qwen9"]).exit_code == 2
    assert "was not here" in runner.invoke(app, ["model", "remove", "qwen3-4b"]).stdout


def test_settings_stay_as_given() -> None:
    assert Settings().llm.local_ports == (11434, 1234, 8080, 8000)
