"""One text in twenty languages as twenty episodes: each is read, found by one of its words, and shown in its direction."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

from earmark.settings import load_settings
from earmark.types import Episode
from library.library import Library
from ui.web.templating import render
from ui.web.turns import around

pytestmark = pytest.mark.heavy

TEXTS = Path(__file__).parents[1] / "data" / "declaration"

WORDS = {
    "ar": "العنصر",
    "bn": "ক্রীতদাস",
    "el": "συνείδηση",
    "fa": "بردگی",
    "he": "עבדות",
    "hi": "ग़ुलामी",
    "hy": "ստրկության",
    "ka": "სინდისი",
    "ko": "형제애의",
    "ml": "മനസ്സാക്ഷിയും",
    "pl": "niewolnictwo",
    "ru": "рабстве",
    "ta": "சகோதர",
    "tr": "kölelik",
    "vi": "lương tâm",
    "am": "በባርነት",
    "ja": "奴隷",
    "my": "ကျေးကျွန်",
    "th": "ภราดรภาพ",
    "zh": "酷刑",
}
"""A word of each language, which no other of the texts holds."""

RIGHT_TO_LEFT = {"ar", "fa", "he"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The library with the texts in it, and their episodes by language."""

    library: Library
    episodes: dict[str, Episode]

    def languages(self, query: str) -> list[str]:
        """The languages in which a query is found, best first."""
        names = {episode.id: name for name, episode in self.episodes.items()}
        return [names[hit.episode_id] for hit in self.library.search.hits(query)]


@pytest.fixture(scope="module")
def declaration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    """The texts, followed as a folder and read without a language model."""
    root = tmp_path_factory.mktemp("declaration")
    shutil.copytree(TEXTS, root / "talks", ignore=shutil.ignore_patterns("README.md"))
    settings = load_settings({"asr": {"enabled": False}}, home=root / "home", environ={})
    with Library.open(settings=settings) as library:
        show = library.shows.add(str(root / "talks"))
        report = library.work.ingest()
        assert (report.episodes_done, report.failures) == (20, ())
        yield Read(
            library=library,
            episodes={episode.data.guid: episode for episode in library.episodes.of_show(show.id)},
        )


def test_every_language_has_an_episode_with_its_words(declaration: Read) -> None:
    assert declaration.episodes.keys() == WORDS.keys()
    for name, episode in declaration.episodes.items():
        said = [segment.text for segment in declaration.library.episodes.transcript(episode.id).segments]
        assert said == (TEXTS / f"{name}.txt").read_text("utf-8").strip().split("\n\n")


@pytest.mark.parametrize("name", WORDS)
def test_each_is_found_by_one_of_its_words(declaration: Read, name: str) -> None:
    assert declaration.languages(WORDS[name])[0] == name


@pytest.mark.parametrize("name", WORDS)
def test_each_alone_is_found_by_its_word_in_quotation_marks(declaration: Read, name: str) -> None:
    assert declaration.languages(f'"{WORDS[name]}"') == [name]


@pytest.mark.parametrize("name", WORDS)
def test_each_is_shown_in_its_direction(declaration: Read, name: str) -> None:
    episode = declaration.episodes[name]
    segments = declaration.library.episodes.transcript(episode.id).segments
    turns = around(segments, None, "")
    html = render("moment.html", episode=episode, turns=turns, at=None, before_s=60.0, after_s=120.0)
    shown = _Directions()
    shown.feed(html)
    texts = {" ".join(text.split()) for text, _ in shown.texts}
    assert all(" ".join(segment.text.split()) in " ".join(texts) for segment in segments)
    assert {direction for _, direction in shown.texts} == {"rtl" if name in RIGHT_TO_LEFT else "ltr"}


@dataclass
class _Directions(HTMLParser):
    """The paragraphs of a page, each with the direction that ``dir="auto"`` gives it: that of its first letter with one."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    _open: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs).get("dir") == "auto"
        self._open.append(own or (bool(self._open) and self._open[-1]))

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if not data.strip():
            return
        strong = next((kind for letter in data if (kind := unicodedata.bidirectional(letter)) in {"L", "R", "AL"}), "L")
        auto = bool(self._open) and self._open[-1]
        self.texts.append((data, "rtl" if auto and strong != "L" else "ltr"))
