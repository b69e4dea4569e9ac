"""The spoiled drafts: the code's gate lets all true ones through, refuses most false numbers, and verdicts are remembered."""

import json
import shutil
from pathlib import Path

import pytest

from earmark.errors import UsageError
from earmark.settings import Settings
from evaluation.plan_run import OURS
from evaluation.suites import mutations
from evaluation.suites.mutations import KINDS, run

DRAFTS = OURS / "mutations" / "drafts.jsonl"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The drafts without what models have said of them."""
    shutil.copy(DRAFTS, tmp_path)
    return tmp_path


@pytest.mark.heavy
def test_without_a_model_only_the_code_is_measured(folder: Path, settings: Settings) -> None:
    result = run(folder, settings=settings)
    assert set(result.runs) == {"code"} and result.models["checked by"] == "nobody"
    code = result.runs["code"]
    assert code["true drafts let through"].value == 1.0
    assert code["number exchanged let through"].value < 0.2
    assert code["another idea's quote let through"].value < 0.2


@pytest.mark.heavy
def test_a_model_is_asked_once_and_every_batch_holds_every_kind(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = _Strict()
    monkeypatch.setattr(mutations, "open_chat", lambda _: model)
    first = run(folder, settings=settings)
    assert model.asked == len(KINDS) * 4
    again = run(folder, settings=settings)
    assert model.asked == len(KINDS) * 4
    assert first.runs == again.runs and again.models["checked by"] == "strict-1"
    assert first.runs["both"]["claim negated let through"].value == 0.0
    assert first.runs["both"]["true drafts let through"].value == 0.0


def test_a_quote_that_nobody_said_is_named(folder: Path, settings: Settings) -> None:
    lines = [json.loads(line) for line in DRAFTS.read_text("utf-8").splitlines()]
    lines[0]["quote"] = "Nobody ever said this about a protein in a kettle."
    (folder / "drafts.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    with pytest.raises(UsageError, match="not in its transcript"):
        run(folder, settings=settings)


class _Strict:
    """A model that refuses everything."""

    name = "strict-1"

    def __init__(self) -> None:
        self.asked = 0

    def complete_json(self, system: str, user: str, *, schema: dict[str, object], max_tokens: int) -> object:
        assert user.count("claim: ") == len(KINDS)
        self.asked += 1
        return {"verdicts": [{"id": n, "carries": "no", "holds": "holds", "body": "no"} for n in range(1, 7)]}
