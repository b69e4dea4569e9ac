from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from earmark.catalog import Catalog
from earmark.errors import NotFound, UsageError
from earmark.language.folding import fold
from earmark.ports import Encoder, VectorIndex
from earmark.types import Filters
from retrieval.index.edge import EdgeIndex
from retrieval.index.follow import follow
from retrieval.search.query import TermKind
from retrieval.search.searcher import LONGEST_QUERY, Searcher, clean_query
from tests.retrieval.library import TALKS, Talk, put

pytestmark = pytest.mark.heavy


@pytest.fixture
def searcher(catalog: Catalog, index: VectorIndex, encoder: Encoder) -> Searcher:
    return Searcher(catalog, index, encoder)


def test_finds_what_was_said_with_who_and_when(searcher: Searcher) -> None:
    hit = searcher.search("eleven percent sinks at the site off Namibia", limit=3)[0]
    assert (hit.show, hit.speaker) == ("Tideline", "Ines Okafor")
    assert hit.highlight is not None
    assert hit.highlight_s is not None
    assert hit.text[slice(*hit.highlight)] == "We measured eleven percent at our site off Namibia."
    assert 20.0 < hit.highlight_s < 40.0
    assert hit.url == f"https://tideline.example/1#t={int(hit.highlight_s)}"
    assert hit.cosine is not None
    assert 0.4 < hit.cosine < 1.0


def test_passages_are_single_and_in_the_order_of_the_ranking(searcher: Searcher) -> None:
    hits = searcher.passages("kelp carbon credits moorings", limit=9)
    assert len({hit.chunk_id for hit in hits}) == 9
    assert all(hit.chunk_ids == (hit.chunk_id,) and hit.highlight is None for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].chunk_id == searcher.search("kelp carbon credits moorings", limit=9)[0].chunk_id
    assert hits[0].url.endswith(f"#t={int(hits[0].start_s or 0)}")


def test_neighbours_become_one_moment_with_their_words_verbatim(searcher: Searcher) -> None:
    hits = searcher.search("kelp carbon credits moorings", limit=10)
    known = {passage for talk in TALKS for _, passage in talk.passages}
    seen: list[str] = []
    for hit in hits:
        inside = [passage for passage in known if passage in hit.text]
        assert len(inside) == len(hit.chunk_ids) <= 3
        seen += hit.chunk_ids
        assert hit.chunk_id == hit.chunk_ids[0]
        assert hit.highlight is not None
        first, last = hit.highlight
        assert 0 <= first < last <= len(hit.text)
        assert hit.start_s is not None
        assert hit.end_s is not None
        assert hit.highlight_s is not None
        assert hit.end_s - hit.start_s == 20.0 * len(hit.chunk_ids)
        assert hit.start_s <= hit.highlight_s < hit.end_s
    assert len(seen) == len(set(seen))
    assert any(len(hit.chunk_ids) > 1 for hit in hits)
    assert len({hit.show for hit in hits}) == 5


def test_where_speakers_differ_each_has_a_line_and_the_sentence_its_own(searcher: Searcher) -> None:
    hit = next(
        joined for joined in searcher.search("kelp credits and where the blades ended up") if len(joined.chunk_ids) > 1
    )
    lines = hit.text.split("\n")
    assert all(line.startswith(("Mara Voss: ", "Ines Okafor: ")) for line in lines)
    assert hit.highlight is not None
    said = hit.text[slice(*hit.highlight)]
    line = next(line for line in lines if said in line)
    assert line.startswith(f"{hit.speaker}: ")
    assert not said.startswith(str(hit.speaker))


def test_filters(searcher: Searcher) -> None:
    hits = searcher.search("caffeine", filters=Filters(speakers=("tom reyes",)), limit=9)
    assert {hit.speaker for hit in hits} == {"Tom Reyes"}
    late = searcher.search("caffeine", filters=Filters(after=date(2026, 6, 10)), limit=9)
    assert {hit.show for hit in late} == {"Deep Work Radio"}


def test_operators_narrow_and_names_may_be_partial(searcher: Searcher) -> None:
    assert {hit.speaker for hit in searcher.search("caffeine speaker:tom", limit=9)} == {"Tom Reyes"}
    assert {hit.show for hit in searcher.search("sleep show:work", limit=9)} == {"Deep Work Radio"}
    assert {hit.show for hit in searcher.search("carbon after:2026-06-08 before:2026-06-12")} == {"Ledger & Leaf"}
    both = searcher.passages("coffee speaker:tom speaker:brandt show:deep")
    assert {hit.speaker for hit in both} == {"Tom Reyes", "Lia Brandt"}


def test_a_query_and_filters_beside_it_have_both_to_fit(searcher: Searcher) -> None:
    assert searcher.search("kelp speaker:mara", filters=Filters(speakers=("Jon Abara",))) == []
    assert searcher.search("kelp after:2026-06-05", filters=Filters(before=date(2026, 6, 5))) == []
    hits = searcher.search("kelp after:2026-06", filters=Filters(before=date(2026, 6, 5)))
    assert {hit.show for hit in hits} == {"Tideline", "Night Shift"}


def test_an_unknown_name_is_said_with_the_closest(searcher: Searcher) -> None:
    with pytest.raises(NotFound, match=r"^Nobody Here: no speaker has this name; the closest are "):
        searcher.search('kelp speaker:"Nobody Here"')
    with pytest.raises(NotFound, match=r"the closest are .*Tideline"):
        searcher.search("kelp show:Timeline-Weekly")
    with pytest.raises(NotFound):
        searcher.search("kelp", filters=Filters(speakers=("Nobody Here",)))
    assert searcher.passages("kelp", filters=Filters(speakers=("Nobody Here",))) == []


@pytest.mark.parametrize(
    "phrase", ["flour twice a day", "FLOUR, twice\u00a0a day!", "Namibia. The rest", "half-life of five", "don’t"]
)
def test_a_phrase_stands_in_every_hit(searcher: Searcher, phrase: str) -> None:
    hits = searcher.search(f'nurses "{phrase}"')
    assert all(fold(phrase) in fold(hit.text) for hit in hits)
    assert bool(hits) is (phrase != "don’t")
    for hit in hits:
        assert hit.highlight is not None
        assert fold(phrase) in fold(hit.text[slice(*hit.highlight)])


def test_a_phrase_over_the_border_of_two_passages_is_found(searcher: Searcher) -> None:
    hits = searcher.search('"shift has changed again we gave one ward"')
    assert [(hit.show, len(hit.chunk_ids)) for hit in hits] == [("Night Shift", 2)]
    assert hits[0].highlight is not None
    assert "again. We gave" in hits[0].text[slice(*hits[0].highlight)]
    assert searcher.search('"beach and nobody"') == []
    # Words of two people in a row are nobody's phrase.
    assert searcher.search('"a year at most only the part"') == []


def test_a_phrase_is_found_where_the_index_ranks_it_nowhere(empty: Catalog, encoder: Encoder, tmp_path: Path) -> None:
    filler = tuple(("Bo", f"Bread is good, says baker number {n}, and rye bread is better.") for n in range(0, 240, 2))
    put(empty, Talk("Rye", "Bread", 1, filler))
    put(empty, Talk("Rope", "Knots", 2, (("Lin", "Tie it twice or not at all."),)))
    index = EdgeIndex(tmp_path / "index", model_id=encoder.model_id, dimension=encoder.dimension)
    follow(empty, index, encoder)
    searcher = Searcher(empty, index, encoder)
    asked = 'rye bread is better, says the baker, and bread is good "baker number 238"'
    assert "baker number 238," in searcher.search(asked, limit=1)[0].text
    assert [hit.show for hit in searcher.search('rye bread "or not at all"')] == ["Rope"]
    assert len(searcher.passages('"twice or not" rye', limit=1)) == 1
    index.close()


def test_two_phrases_have_to_stand_together(searcher: Searcher) -> None:
    assert len(searcher.search('"rye flour" "one meal"')) == 1
    assert searcher.search('"rye flour" "body clock"') == []
    assert {hit.show for hit in searcher.search('"body clock"')} == {"Night Shift", "Deep Work Radio"}


@pytest.mark.parametrize("phrase", ["%", "a%b", "_ _", "' OR 1=1 --", "\\", "%%%half%%%", "ha_f a metre"])
def test_a_phrase_is_never_a_pattern(searcher: Searcher, phrase: str) -> None:
    hits = searcher.search(f'kelp "{phrase}"')
    assert all(fold(phrase) in fold(hit.text) for hit in hits)


def test_excluded_words_stand_in_no_hit(searcher: Searcher) -> None:
    hits = searcher.search("kelp -moorings -Brandt", limit=20)
    assert hits
    assert not any("moorings" in hit.text for hit in hits)
    assert {hit.show for hit in searcher.search('caffeine -"five hours"')}


def test_operators_alone_list_the_newest_that_fit(searcher: Searcher) -> None:
    hits = searcher.search("after:2026", limit=5)
    assert [hit.show for hit in hits] == ["Deep Work Radio", "Ledger & Leaf", "Crumb", "Night Shift", "Tideline"]
    assert all(hit.highlight is None for hit in hits)
    assert {hit.speaker for hit in searcher.search("speaker:reyes")} == {"Tom Reyes"}
    assert searcher.passages("speaker:reyes", limit=1)[0].show == "Deep Work Radio"


def test_facets_count_the_passages_looked_at(searcher: Searcher) -> None:
    page = searcher.page('"kelp"')
    assert [(facet.label, facet.count) for facet in page.facets.shows] == [("Tideline", 2), ("Ledger & Leaf", 1)]
    assert [(facet.value, facet.count) for facet in page.facets.speakers] == [("Mara Voss", 2), ("Ines Okafor", 1)]
    assert [(facet.value, facet.count) for facet in page.facets.years] == [("2026", 3)]
    assert page.facets.passages == 3
    everything = searcher.page("kelp", limit=2)
    assert everything.facets.passages == sum(len(talk.passages) for talk in TALKS)
    assert sum(facet.count for facet in everything.facets.shows) == everything.facets.passages
    narrowed = searcher.page("kelp", filters=Filters(shows=(everything.facets.shows[0].value,)))
    assert [facet.label for facet in narrowed.facets.shows] == [everything.facets.shows[0].label]


def test_a_name_typed_nearly_right_is_put_right_and_said(searcher: Searcher) -> None:
    page = searcher.page("what does Inez Okafor say about moorings")
    assert page.query.text == "what does Ines Okafor say about moorings"
    assert page.asked == "what does Inez Okafor say about moorings"
    assert searcher.page("lindqvist on bread").asked == ""
    assert searcher.page("Lindquist on bread").query.text == "Lindqvist on bread"
    assert searcher.page("Lindquist on bread", correct=False).query.text == "Lindquist on bread"
    part_of_a_name = searcher.page('kelp speaker:"Mara Vos"').query
    assert part_of_a_name.values(TermKind.SPEAKER) == ("Mara Vos",)
    assert searcher.page('kelp speaker:"Marra Voss"').query.values(TermKind.SPEAKER) == ("Mara Voss",)
    assert searcher.page("kelp show:Tidelin").asked == ""
    assert searcher.page("kelp show:Tydeline").query.values(TermKind.SHOW) == ("Tideline",)


@pytest.mark.parametrize("query", ["mango", "kelp in the ocean", "Marathon", "photosynthesis", '"Inez Okafor"'])
def test_what_is_no_typo_stays(searcher: Searcher, query: str) -> None:
    assert searcher.page(query).asked == ""


@pytest.mark.parametrize("query", ["", "   ", "\x00\u200b", "?!…", '""'])
def test_an_empty_query_is_a_usage_error(searcher: Searcher, query: str) -> None:
    with pytest.raises(UsageError, match="nothing to search for"):
        searcher.search(query)


def test_a_limit_below_one_is_a_usage_error(searcher: Searcher) -> None:
    with pytest.raises(UsageError, match="at least 1"):
        searcher.search("kelp", limit=0)
    with pytest.raises(UsageError, match="at least 1"):
        searcher.passages("kelp", limit=0)


def test_a_very_long_query_is_cut_not_refused(searcher: Searcher) -> None:
    assert searcher.search("kelp and carbon " * 50_000, limit=1)[0].show in ("Tideline", "Ledger & Leaf")
    assert len(clean_query("a" * 10**6)) == LONGEST_QUERY


def test_the_query_s_own_vector_gives_the_cosine(searcher: Searcher, encoder: Encoder) -> None:
    hit = searcher.passages("rye flour", limit=1)[0]
    vector = encoder.encode(["rye flour", f"Crumb — Starters and patience — Bo Lindqvist\n{hit.text}"])
    assert hit.cosine == pytest.approx(float(np.dot(vector[0], vector[1])), abs=1e-4)
