"""Words of Chinese, Japanese and Thai, which nobody puts spaces between, bring the episode that holds them first."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from earmark.settings import load_settings
from library.library import Library

pytestmark = pytest.mark.heavy

SAID = {
    "bread": "面包师说酸面团里的醋酸可以防止发霉,所以能放一个星期。",
    "kettle": "工程师用柠檬酸把水壶里的水垢洗掉以后,加热就快了很多。",
    "comet": "天文学家昨天晚上看到一颗彗星掠过北方的天空,比预报早了两天。",
    "baker": "パン職人は、発酵に三日かけると香りが深くなると話していた。",
    "tap": "水道の水が硬いと、湯沸かし器は四割ほど早く壊れてしまう。",
    "loaf": "ช่างทำขนมปังบอกว่ากรดทำให้ขนมปังเก็บได้นานขึ้นหนึ่งสัปดาห์",
    "pot": "น้ำกระด้างทำให้กาต้มน้ำเสียเร็วกว่าที่คิดไว้มาก",
}
WORDS = {
    "醋酸": "bread",
    "防止发霉": "bread",
    "柠檬酸": "kettle",
    "彗星": "comet",
    "発酵": "baker",
    "水道": "tap",
    "湯沸かし器": "tap",
    "ขนมปัง": "loaf",
    "กาต้มน้ำ": "pot",
}


@contextmanager
def followed(home: Path, talks: Path) -> Iterator[tuple[Library, dict[str, str]]]:
    """A library that has read a folder of transcripts, and the names of its files by episode."""
    with Library.open(settings=load_settings({"asr": {"enabled": False}}, home=home, environ={})) as library:
        show = library.shows.add(str(talks))
        assert library.work.ingest().failures == ()
        yield library, {episode.id: episode.data.title for episode in library.episodes.of_show(show.id)}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, dict[str, str]]]:
    root = tmp_path_factory.mktemp("unspaced")
    talks = root / "talks"
    talks.mkdir()
    for name, text in SAID.items():
        (talks / f"{name}.txt").write_text(text, encoding="utf-8")
    with followed(root / "home", talks) as library:
        yield library


@pytest.mark.parametrize("word", WORDS)
def test_a_word_brings_its_episode_first(read: tuple[Library, dict[str, str]], word: str) -> None:
    library, titles = read
    assert titles[library.search.hits(word)[0].episode_id] == WORDS[word]


@pytest.mark.realdata
def test_what_people_missed_elsewhere_is_found(tmp_path: Path, realdata: Path) -> None:
    folder = realdata / "public_reports" / "search-unspaced-scripts"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["expected_first"]
    shutil.copytree(folder / "files", tmp_path / "talks")
    with followed(tmp_path / "home", tmp_path / "talks") as (library, titles):
        first = {query: titles[library.search.hits(query)[0].episode_id] for query in expected}
    assert first == expected
