"""The contract: its table, its exit code, and the kernel's counters that watch an offline library."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.contract import WHOLE, broken, contract_table
from evaluation.machine import machine
from evaluation.numbers import RESULTS, with_figures
from tests.conftest import REPO
from tests.contract.__main__ import main, row
from tests.contract.full_disk import _filled
from tests.contract.promise import Ground, Measurement, NotMeasurable, Promise
from tests.contract.table import PROMISES
from tests.contract.watched import attempts


def kept(_ground: Ground) -> Measurement:
    return Measurement(figure="0 lost", sample="9 of 10", kept=True)


PROMISE = Promise(name="toy", words="Nothing is lost", measure=kept)


def test_a_row_says_whether_the_promise_was_kept() -> None:
    rows = [
        row(PROMISE, kept(Ground(folder=Path(), library=Path(), data=None, seed=1))),
        row(PROMISE, Measurement(figure="1 lost", sample="9 of 10", kept=False)),
        row(PROMISE, None, why="no PostgreSQL here"),
    ]
    document = {"measured": "2026-11-28", "machine": {"cores": 2}, "seconds": 600, "promises": rows}
    head, _, _, _, *lines = contract_table(document)
    assert head == "1 of 3 kept on 2026-11-28, 2 cores, in 10 minutes:"
    assert lines == [
        "| Nothing is lost | 0 lost | 9 of 10 | kept |",
        "| Nothing is lost | 1 lost | 9 of 10 | **broken** |",
        "| Nothing is lost | no PostgreSQL here |  | not measured |",
    ]
    assert broken(rows) == ["Nothing is lost"]
    _, _, columns, _, first, *_ = contract_table(document, {"toy": "10: 0 lost"})
    assert columns == "| promise | measured | sample | the whole |  |"
    assert first == "| Nothing is lost | 0 lost | 9 of 10 | 10: 0 lost | kept |"


def test_what_the_whole_measurement_gave_follows_its_file(tmp_path: Path) -> None:
    results = tmp_path / "results"
    shutil.copytree(RESULTS, results)
    assert set(WHOLE) <= {promise.name for promise in PROMISES}
    mail = json.loads((results / "trust" / "mail.json").read_text("utf-8"))
    mail["measured"]["kills"], mail["kills"]["skipped"] = "2031-02-03", 7
    (results / "trust" / "mail.json").write_text(json.dumps(mail), "utf-8")
    told = with_figures((REPO / "README.md").read_text("utf-8"), results)
    assert "2,000 mails, 60 SIGKILLs: 7 skipped" in told
    assert "([2031-02-03](evaluation/results/trust/mail.json))" in told


@pytest.mark.parametrize(("kept", "code"), [(True, 0), (False, 1)], ids=["kept", "broken"])
def test_a_broken_promise_is_the_exit_code(
    kept: bool, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.contract.__main__._FILE", tmp_path / "contract.json")
    told = row(PROMISE, Measurement(figure="…", sample="", kept=kept))
    monkeypatch.setattr("tests.contract.__main__._all", lambda *_given: [told])
    monkeypatch.setattr("tests.contract.__main__.PROMISES", (PROMISE,))
    assert main(["--only", "toy"]) == code
    assert "Nothing is lost" in capsys.readouterr().out


def test_a_promise_measured_again_takes_its_place_among_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "contract.json"
    monkeypatch.setattr("tests.contract.__main__._FILE", file)
    monkeypatch.setattr("tests.contract.__main__.PROMISES", (PROMISE, replace(PROMISE, name="other")))
    for name, kept in (("other", True), ("toy", False), ("toy", True)):
        told = row(replace(PROMISE, name=name), Measurement(figure="…", sample="", kept=kept))
        monkeypatch.setattr("tests.contract.__main__._all", lambda *_given, told=told: [told])
        main(["--only", name])
    rows = json.loads(file.read_text("utf-8"))["promises"]
    assert [(told["name"], told["outcome"]) for told in rows] == [("toy", "kept"), ("other", "kept")]


def test_a_promise_measured_again_leaves_the_day_of_the_others_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "contract.json"
    monkeypatch.setattr("tests.contract.__main__._FILE", file)
    monkeypatch.setattr("tests.contract.__main__.PROMISES", (PROMISE, replace(PROMISE, name="other")))
    told = row(PROMISE, Measurement(figure="0 lost", sample="9 of 10", kept=True))
    first = {"measured": "2026-11-01", "machine": {"cpu": "older", "cores": 8}, "seed": 1, "seconds": 600}
    file.write_text(json.dumps(first | {"promises": [told, told | {"name": "other"}]}), "utf-8")
    monkeypatch.setattr("tests.contract.__main__._all", lambda *_given: [told])
    monkeypatch.setattr("tests.contract.__main__.time.strftime", lambda _form: "2026-11-28")
    main(["--only", "toy", "--seed", "7"])
    document = json.loads(file.read_text("utf-8"))
    assert {name: document[name] for name in first} == first
    again, other = document["promises"]
    assert (again["measured"], again["seed"]) == ("2026-11-28", 7)
    assert again["machine"] == machine()
    assert "measured" not in other
    head, _, _, _, *lines = contract_table(document)
    assert head == "2 of 2 kept on 2026-11-01, 8 cores, in 10 minutes:"
    assert [line.split(" | ")[-1] for line in lines] == ["kept on 2026-11-28 |", "kept |"]


def test_what_cannot_be_measured_is_neither_kept_nor_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def cannot(_ground: Ground) -> Measurement:
        raise NotMeasurable("no network of its own")

    promise = Promise(name="toy", words="Nothing leaves", measure=cannot)
    monkeypatch.setattr("tests.contract.__main__.PROMISES", (promise,))
    assert main(["--measure", "toy", str(tmp_path), str(tmp_path), "1"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["figure"]) == ("not measured", "no network of its own")
    assert broken([told]) == []


def test_every_promise_has_a_name_of_its_own() -> None:
    assert len({promise.name for promise in PROMISES}) == len(PROMISES)


def test_the_kernels_counters_are_added_up(tmp_path: Path) -> None:
    (tmp_path / "snmp").write_text(
        "Ip: Forwarding OutRequests OutNoRoutes\nIp: 2 90 3\nTcp: RtoAlgorithm MaxConn\nTcp: 1 -1\n"
        "Udp: InDatagrams OutDatagrams\nUdp: 5 7\n"
    )
    (tmp_path / "snmp6").write_text("Ip6OutNoRoutes   \t11\nUdp6OutDatagrams \t13\nIp6InReceives 99\n")
    assert attempts(tmp_path) == 3 + 7 + 11 + 13


def test_a_filled_disk_has_room_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Small:
        f_bavail, f_frsize = 100, 1_000

    monkeypatch.setattr("tests.contract.full_disk.os.statvfs", lambda _: Small())
    with _filled(tmp_path, 40_000):
        assert (tmp_path / "ballast").stat().st_size == 60_000
    assert not (tmp_path / "ballast").exists()
