"""Every face lets an owner say what people are called, says in one line what is wrong, and lets nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from earmark.addresses import person_page
from earmark.catalog.content import appearances
from earmark.clock import FixedClock
from earmark.errors import NotFound
from earmark.settings import load_settings
from earmark.types import Person, Reader
from library.library import Library
from tests.earmark.catalog.test_grouping import spoken
from tests.ui.here import here
from tests.ui.own_pages import HOST, read, serving
from tests.ui.test_alerts import seal_of
from ui.access.gate import open_gate
from ui.api.face import api_mount
from ui.mcpserver.reading import read_for
from ui.mcpserver.tools import TOOLS

OWN = {"Authorization": "Bearer own"}
CHRIS, CHRISTOPHER = person_page("Chris Miller"), person_page("Christopher Miller")


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    """A library in which two spellings of one name say something."""
    settings = {"offline": True, "publish": {"what": "all"}}
    with Library.open(settings=load_settings(settings, home=tmp_path, environ={}), clock=clock) as opened:
        with opened.catalog.write() as tx:
            spoken(tx, clock, "Late Show", "Chris Miller", "Christopher Miller", "Chris Miller")
            spoken(tx, clock, "Early Show", "Ben Osprey")
        opened.readers.add(Reader(id="ben"))
        yield opened


def everybody(library: Library) -> dict[str, int]:
    return {speaker.name: speaker.insights for speaker in library.people.every()}


@pytest.mark.heavy
def test_the_terminal_joins_splits_renames_and_confirms(library: Library) -> None:
    home = library.settings.home
    joined = here(home, "people", "christopher miller", "--join", "Chris Miller")
    assert joined.out == "Christopher Miller: Chris Miller in 2 insights, Christopher Miller in 1 insight\n"
    assert everybody(library) == {"Christopher Miller": 3, "Ben Osprey": 1}
    assert (
        "Written Chris Miller in 2 insights, Christopher Miller in 1 insight"
        in here(home, "people", "Chris Miller").out
    )
    other = here(home, "people", "Christopher Miller", "--split", "Chris Miller", "--as", "Chris Moor", "--json")
    assert json.loads(other.out)["name"] == "Chris Moor"
    assert here(home, "people", "Chris Moor", "--rename", "C. Moor").out.startswith("C. Moor: ")
    assert here(home, "people", "Ben Osprey", "--confirm").code == 0
    assert everybody(library) == {"C. Moor": 2, "Christopher Miller": 1, "Ben Osprey": 1}
    confirmed = {speaker.name for speaker in library.people.every() if speaker.confirmed}
    assert confirmed == {"C. Moor", "Ben Osprey"}  # Christopher Miller is as he was read


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Nobody", "--rename", "Somebody"], "nobody of this name"),
        (["Ben Osprey", "--rename", ""], "a name has letters"),
        (["Ben Osprey", "--rename", "x" * 101], "at most 100 characters"),
        (["Ben Osprey", "--rename", "B\x07en"], "no control characters"),
        (["Ben Osprey", "--rename", "<b>Ben</b>"], "no markup"),
        (["Ben Osprey", "--rename", "chris miller"], "somebody else is called so"),
        (["Ben Osprey", "--join", "ben osprey"], "nothing to join"),
        (["Ben Osprey", "--split", "Benny"], "they are written Ben Osprey"),
        (["Ben Osprey", "--rename", "A", "--confirm"], "at a time"),
        (["Ben Osprey", "--as", "A"], "goes with --split"),
        (["Ben Osprey", "--show", "Late Show"], "goes with --rename"),
        (["Ben Osprey", "--rename", "Ben", "--show", "Late Show"], "does not speak in any transcript of this show"),
        (["--confirm"], "say whom"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_changes_nothing(library: Library, words: list[str], said: str) -> None:
    done = here(library.settings.home, "people", *words)
    assert done.code != 0
    (line,) = done.err.splitlines()
    assert said in line
    assert everybody(library) == {"Chris Miller": 2, "Ben Osprey": 1, "Christopher Miller": 1}


@pytest.mark.heavy
def test_who_speaks_without_an_insight_and_who_is_nearly_meant_is_told_on_every_face(
    library: Library, clock: FixedClock
) -> None:
    with library.catalog.write() as tx:
        (said,) = spoken(tx, clock, "Desk Show", "Ada Finch")
        appearances.put_persons(tx, said.episode_id, [Person(name="Dara O'Quill", role="host")])
    home, near = library.settings.home, "nobody of this name speaks in your shows; did you mean Dara O'Quill?"
    printed = here(home, "people", "dara o'quill")
    assert printed.out.splitlines() == [
        "Dara O'Quill",
        "Host of Desk Show (1 episode)",
        """No insight in your library is theirs; try: earmark search 'Dara O'"'"'Quill'""",
    ]
    assert (here(home, "people", "Dara Quil").code, near in here(home, "people", "Dara Quil").err) == (2, True)
    app = Starlette(routes=[api_mount(open_gate(library, own_token="own"))])
    with TestClient(app, "http://localhost/api/v1", client=("127.0.0.1", 1)) as client:
        found = client.get("/people/dara o'quill", headers=OWN).json()["result"]
        assert ([place["role"] for place in found["shows"]], found["themes"]) == (["host"], [])
        missed = client.get("/people/Dara Quil", headers=OWN)
        assert (missed.status_code, near in missed.text) == (404, True)
    read_for(library)
    assert [place.role for place in TOOLS["person"]("dara o'quill").shows] == ["host"]
    with pytest.raises(NotFound, match="did you mean Dara O'Quill"):
        TOOLS["person"]("Dara Quil")
    pages = serving(library)
    seen = read(pages.get(person_page("Dara O'Quill")).text)
    assert "Host of Desk Show (1 episode)" in seen.text and "0 insights" in seen.text
    assert "/search?q=Dara+O%27Quill" in seen.links
    assert pages.get(person_page("dara o'quill")).headers["location"] == person_page("Dara O'Quill")
    missing = pages.get(person_page("Dara Quil"))
    assert (missing.status_code, near in read(missing.text).text) == (404, True)
    public = {"offline": True, "publish": {"what": "all"}, "app": {"allowed_hosts": [HOST]}}
    with Library.open(settings=load_settings(public, home=home, environ={}), clock=clock) as opened:
        for name in ("Dara O'Quill", "Dara Quil"):
            hidden = serving(opened, client=("203.0.113.9", 5000), host=HOST).get(person_page(name))
            assert (hidden.status_code, "did you mean" in hidden.text, "Desk Show" in hidden.text) == (
                404,
                False,
                False,
            )


def test_rest_does_it_with_the_token_of_an_owner_alone(library: Library) -> None:
    asked = (
        ("PATCH", "/people/Ben Osprey", {"name": "Benjamin Osprey"}),
        ("PUT", "/people/Ben Osprey/confirmation", None),
        ("POST", "/people/Christopher Miller/spellings", {"other": "Chris Miller"}),
        ("POST", "/people/Christopher Miller/splits", {"written": "Chris Miller", "called": "Chris Moor"}),
    )
    app = Starlette(routes=[api_mount(open_gate(library, own_token="own"))])
    with TestClient(app, "http://localhost/api/v1", client=("127.0.0.1", 1)) as client:
        for method, path, body in asked:
            theirs = client.request(method, path, json=body, headers=OWN | {"Earmark-Reader": "ben"})
            assert (theirs.status_code, theirs.json()["kind"]) == (403, "Forbidden")
            assert (
                client.request(method, path, json=body, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401
            )
        assert everybody(library) == {"Chris Miller": 2, "Ben Osprey": 1, "Christopher Miller": 1}
        names = [
            client.request(method, path, json=body, headers=OWN).json()["result"]["name"]
            for method, path, body in asked
        ]
        assert names == ["Benjamin Osprey", "Benjamin Osprey", "Christopher Miller", "Chris Moor"]
        refused = client.patch("/people/Ben Osprey", json={"name": "<script>"}, headers=OWN)
        assert (refused.status_code, refused.json()["kind"]) == (400, "UsageError")
        former = client.get("/people/Ben Osprey", headers=OWN).json()["result"]
        assert (former["name"], former["confirmed"]) == ("Benjamin Osprey", True)
        listed = client.get("/insights", params={"speaker": "Ben Osprey"}, headers=OWN).json()["result"]
        assert [insight["speaker"] for insight in listed] == ["Benjamin Osprey"]
    assert everybody(library) == {"Chris Moor": 2, "Benjamin Osprey": 1, "Christopher Miller": 1}


@pytest.mark.heavy
def test_the_page_of_a_person_leads_an_owner_to_forms_and_a_former_address_leads_on(library: Library) -> None:
    client = serving(library)
    assert f"{CHRIS}/names" in read(client.get(CHRIS).text).links
    form = {"seal": seal_of(client.get(f"{CHRISTOPHER}/names").text)}
    done = client.post(f"{CHRISTOPHER}/names/join", data=form | {"other": "Chris Miller", "show": ""})
    assert (done.status_code, done.headers["location"]) == (303, f"{CHRISTOPHER}/names")
    for former, now in ((CHRIS, CHRISTOPHER), (f"{CHRIS}.md", f"{CHRISTOPHER}.md")):
        moved = client.get(former)
        assert (moved.status_code, moved.headers["location"]) == (302, now)
    page = client.get(f"{CHRISTOPHER}/names").text
    assert "Chris Miller</b> in 2 insights" in page
    assert "An owner of this library said" in page
    done = client.post(f"{CHRISTOPHER}/names/split", data=form | {"written": "Chris Miller", "called": " ", "show": ""})
    assert done.headers["location"] == f"{CHRIS}/names"
    done = client.post(f"{CHRIS}/names/rename", data=form | {"to": "Chris O'Moor", "show": ""})
    assert client.get(done.headers["location"]).status_code == 200
    done = client.post(f"{CHRISTOPHER}/names/confirm", data=form)
    assert done.status_code == 303
    assert everybody(library) == {"Chris O'Moor": 2, "Ben Osprey": 1, "Christopher Miller": 1}


@pytest.mark.heavy
def test_a_form_that_is_not_ours_or_says_nothing_changes_nothing(library: Library) -> None:
    client = serving(library)
    form = {"seal": seal_of(client.get(f"{CHRIS}/names").text)}
    assert client.post(f"{CHRIS}/names/rename", data={"to": "Else", "seal": "0"}).status_code == 403
    assert client.post(f"{CHRIS}/names/rename", data={"to": "Else"}).status_code == 403
    for deed, given, said in (
        ("rename", {"to": "<b>x</b>"}, "no markup"),
        ("rename", {}, "a name has letters"),
        ("join", {"other": "chris miller"}, "nothing to join"),
        ("join", {"other": "<i>Nobody</i>"}, "nobody of this name"),
        ("split", {"written": "Nobody"}, "is no spelling of theirs"),
    ):
        refused = client.post(f"{CHRIS}/names/{deed}", data=form | given)
        assert refused.status_code in {400, 404}
        assert said in refused.text
        assert "<i>" not in refused.text
    assert client.post(f"{CHRIS}/names/praise", data=form).status_code == 404
    assert client.get(f"{person_page('Nobody')}/names").status_code == 404
    assert everybody(library) == {"Chris Miller": 2, "Ben Osprey": 1, "Christopher Miller": 1}


def test_neither_strangers_nor_other_readers_are_led_to_the_forms(library: Library) -> None:
    ben = serving(library.for_reader("ben"))
    assert "/names" not in ben.get(CHRIS).text
    form = {"seal": seal_of(serving(library).get(f"{CHRIS}/names").text)}
    assert ben.get(f"{CHRIS}/names").status_code == 403
    assert ben.post(f"{CHRIS}/names/rename", data=form | {"to": "Else"}).status_code == 403
    stranger = serving(library, client=("203.0.113.9", 5000))
    assert stranger.get(CHRIS, headers={"Authorization": "Bearer wrong"}).status_code == 200
    assert "/names" not in stranger.get(CHRIS, headers={"Authorization": "Bearer wrong"}).text
    library.people.rename("Chris Miller", "Chris Moor")
    moved = stranger.get(CHRIS, headers={"Authorization": "Bearer wrong"})
    assert (moved.status_code, moved.headers["location"]) == (302, person_page("Chris Moor"))
