"""Statements of a passage: what can be read alone, and nothing of sponsors, greetings and questions."""

from __future__ import annotations

from earmark.catalog import Catalog
from earmark.catalog.content import vectors
from earmark.statement_store import STATEMENTS, pack, unpack
from earmark.types import Chunk
from ingest.insights.stated import keep_statements
from ingest.insights.statements import statements

TALK = (
    "Kelp that sinks below a thousand metres keeps its carbon out of the air for centuries. "
    "Most of the rest is eaten by snails or washes ashore within a single summer. "
    "That is why he said so? "
    "How deep does kelp have to sink before a buyer pays for the carbon?"
)


def _texts(text: str, *, before: str = "", after: str = "") -> list[str]:
    return [text[statement.start : statement.end] for statement in statements(text, before=before, after=after)]


def test_a_statement_is_one_sentence_or_two_that_follow_each_other() -> None:
    told = _texts(TALK)
    first = TALK[: TALK.index(" Most")]
    assert told[0] == first
    assert TALK[: TALK.index(" That")] in told
    assert not any("?" in text for text in told)
    assert all(0 <= statement.worth <= 1 for statement in statements(TALK))


def test_a_sentence_that_points_outside_of_itself_is_none() -> None:
    assert _texts("They never did that with the moorings before the storm came last winter.") == []


def test_a_sponsor_read_is_none_even_if_it_begins_in_the_passage_before() -> None:
    before = "This episode is brought to you by Kelp Bank. Kelp Bank helps farmers to sell carbon credits."
    read = (
        "Kelp Bank pays farmers for every ton of kelp that sinks to the floor of the sea. "
        "Go to kelpbank.example and use the code TIDE for a free month at Kelp Bank."
    )
    assert _texts(read, before=before) == []


def test_a_name_before_a_turn_is_no_part_of_what_is_said() -> None:
    talk = f"Mara Voss: {TALK}\nInes Okafor: Insurers pay for carbon only when ten years of data show where it went."
    told = _texts(talk)
    assert told and not any("Okafor" in text or "Voss" in text for text in told)
    assert any(text.startswith("Insurers pay") for text in told)


def test_nothing_comes_of_nothing() -> None:
    assert _texts("") == []


def test_what_is_kept_under_this_name_is_what_these_rules_find() -> None:
    """Where this fails because the rules or the weights of worth have changed, `STATEMENTS` gets its next number."""
    told = [(statement.start, statement.end, round(statement.worth, 2)) for statement in statements(TALK)]
    assert (STATEMENTS, told) == ("statements-v1", [(0, 86, 0.02), (87, 163, 0.02), (0, 163, 0.06)])


def test_the_statements_of_an_episode_are_kept_once(catalog: Catalog) -> None:
    read = "Go to kelpbank.example and use the code TIDE for a free month of Kelp Bank and all its services."
    texts = ("This episode is brought to you by Kelp Bank. Kelp Bank helps farmers to sell carbon credits.", read, TALK)
    passages = [
        Chunk(id=f"c{number}", episode_id="e", seq=number, text=text, content_hash=f"h{number}")
        for number, text in enumerate(texts)
    ]
    with catalog.write() as tx:
        vectors.put_bytes(tx, STATEMENTS, {"h0": pack(statements(TALK))})
    keep_statements(catalog, passages)
    with catalog.read() as tx:
        kept = vectors.get_bytes(tx, STATEMENTS, ["h0", "h1", "h2"])
    assert unpack(kept["h0"]) == statements(TALK)  # as it was before
    assert unpack(kept["h1"]) == statements(read, before=texts[0], after=TALK)
    assert unpack(kept["h2"]) == statements(TALK, before=read)
