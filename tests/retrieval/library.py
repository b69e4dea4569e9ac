"""A small library of original text: five shows, some of which talk about the same things, one that does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from earmark.catalog import Catalog
from earmark.catalog.content import chunks, episodes, insights
from earmark.catalog.feeds import shows
from earmark.embedding import chunk_text
from earmark.ids import content_hash, make_id
from earmark.types import Chunk, EpisodeData, Insight

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Talk:
    """An episode: passages as ``(speaker, text)``, insights as ``(speaker, claim, body)``."""

    show: str
    title: str
    day: int
    passages: tuple[tuple[str, str], ...]
    claims: tuple[tuple[str, str, str], ...] = ()


TALKS = (
    Talk(
        "Tideline",
        "What kelp can and cannot do",
        1,
        (
            (
                "Mara Voss",
                "Kelp grows up to half a metre a day, and it takes its carbon out of the water around it. People hear that and think of forests. But a kelp blade lives for a year at most.",
            ),
            (
                "Ines Okafor",
                "Only the part that sinks below a thousand metres stays out of the air for centuries. We measured eleven percent at our site off Namibia. The rest is eaten or washes ashore.",
            ),
            (
                "Mara Voss",
                "So when a company sells you a kelp credit, ask them where the blades ended up. Nobody should pay for kelp that rots on a beach. Ines Okafor has the moorings to prove it.",
            ),
            (
                "Ines Okafor",
                "The moorings cost us forty thousand euros each. We lost three of nine in the first winter storm.",
            ),
        ),
        (
            (
                "Ines Okafor",
                "Only kelp that sinks below a thousand metres stores carbon for centuries",
                "At a site off Namibia eleven percent of the kelp sank that deep; the rest is eaten or washes ashore.",
            ),
            (
                "Mara Voss",
                "Kelp carbon credits should be paid only for blades that are shown to have sunk",
                "Kelp that rots on a beach gives its carbon back within weeks.",
            ),
        ),
    ),
    Talk(
        "Ledger & Leaf",
        "Pricing what the sea takes up",
        9,
        (
            (
                "Jon Abara",
                "The market for ocean carbon is tiny and noisy. Last year four buyers made up ninety percent of it. Most of what was sold was never measured.",
            ),
            (
                "Ines Okafor",
                "If kelp does not sink past a thousand metres then the carbon comes back within decades. That is the whole question, and it is a question of oceanography, not of finance.",
            ),
            ("Jon Abara", "Buyers ask us for insurance. An insurer wants ten years of loss data, and nobody has two."),
        ),
        (
            (
                "Ines Okafor",
                "Kelp stores carbon for centuries only where it sinks below a thousand metres",
                "Shallower kelp gives its carbon back within decades.",
            ),
            (
                "Jon Abara",
                "Carbon markets for the ocean fail because nobody measures what they sell",
                "Four buyers make up ninety percent of the market, and most credits were never measured.",
            ),
            (
                "Jon Abara",
                "Insurers will not cover carbon credits without ten years of loss data",
                "Nobody in ocean carbon has even two years of it.",
            ),
        ),
    ),
    Talk(
        "Night Shift",
        "Why ward nurses sleep badly",
        4,
        (
            (
                "Petra Lang",
                "A nurse who rotates every three days never adapts. Her body clock moves one hour a day at best. By the time it has caught up, the shift has changed again.",
            ),
            (
                "Petra Lang",
                "We gave one ward fixed nights and bright light until four in the morning. Sick days fell by a third in half a year. Nothing else was changed on that ward.",
            ),
            (
                "Tom Reyes",
                "Caffeine after two in the morning was the one habit that predicted a bad day's sleep. Five hours later half of it is still in your blood.",
            ),
        ),
        (
            (
                "Petra Lang",
                "Nurses on shifts that rotate every three days never adapt to nights",
                "The body clock moves by an hour a day at best, so it never catches up.",
            ),
            (
                "Tom Reyes",
                "Caffeine late in a night shift ruins the next day's sleep",
                "Half of it is still in the blood five hours later.",
            ),
        ),
    ),
    Talk(
        "Deep Work Radio",
        "The clock in your head",
        12,
        (
            (
                "Tom Reyes",
                "The body clock is moved by light far more than by will. An hour of bright light before bed puts it back by about forty minutes.",
            ),
            (
                "Lia Brandt",
                "I stopped drinking coffee after lunch. Caffeine has a half-life of five hours, so an espresso at four is still half an espresso at nine.",
            ),
            (
                "Lia Brandt",
                "What surprised me is that naps work. Twenty minutes, before three, and the afternoon is saved.",
            ),
        ),
        (
            (
                "Tom Reyes",
                "Light moves the body clock more than any habit does",
                "An hour of bright light before bed delays sleep by forty minutes.",
            ),
            (
                "Lia Brandt",
                "Coffee in the afternoon still costs sleep at night, because caffeine's half-life is five hours",
                "An espresso at four is still half an espresso at nine.",
            ),
        ),
    ),
    Talk(
        "Crumb",
        "Starters and patience",
        6,
        (
            (
                "Bo Lindqvist",
                "A sourdough starter is a colony of wild yeast and bacteria. Feed it flour twice a day and it will be ready in a week.",
            ),
            (
                "Bo Lindqvist",
                "Rye flour wakes a tired starter faster than wheat, because it carries more enzymes. Give it one meal of rye and wait.",
            ),
        ),
        (
            (
                "Bo Lindqvist",
                "Rye flour wakes a tired sourdough starter faster than wheat",
                "It carries more enzymes, which free sugar for the yeast.",
            ),
        ),
    ),
)


def fill(catalog: Catalog) -> None:
    """Puts the library into a catalog, as ingest would."""
    for talk in TALKS:
        put(catalog, talk)


def put(catalog: Catalog, talk: Talk) -> str:
    """Stores one episode with its passages and insights; returns its id."""
    slug = talk.show.lower().replace(" ", "-")
    published = datetime(2026, 6, talk.day, tzinfo=UTC)
    link = f"https://{slug}.example/{talk.day}"
    with catalog.write() as tx:
        show, _ = shows.add(tx, f"https://{slug}.example/feed", title=talk.show, now=NOW)
        data = EpisodeData(guid=talk.title, title=talk.title, link=link, published=published)
        episodes.add_new(tx, show.id, [data], language="en", now=NOW)
        episode_id = make_id("episode", show.id, talk.title)
        chunks.replace(tx, episode_id, [_chunk(talk, episode_id, n) for n in range(len(talk.passages))])
        made = [
            _insight(talk, n, episode_id=episode_id, show_id=show.id, published=published, url=link)
            for n in range(len(talk.claims))
        ]
        insights.replace(tx, episode_id, made, {})
    return episode_id


def _chunk(talk: Talk, episode_id: str, seq: int) -> Chunk:
    speaker, text = talk.passages[seq]
    context = f"{talk.show} — {talk.title} — {speaker}"
    made = Chunk(
        id=make_id("chunk", episode_id, str(seq)),
        episode_id=episode_id,
        seq=seq,
        text=text,
        context=context,
        speaker=speaker,
        start_s=seq * 20.0,
        end_s=seq * 20.0 + 20.0,
        content_hash="",
    )
    return Chunk(
        **{name: getattr(made, name) for name in made.__slots__} | {"content_hash": content_hash(chunk_text(made))}
    )


def _insight(talk: Talk, seq: int, *, episode_id: str, show_id: str, published: datetime, url: str) -> Insight:
    speaker, claim, body = talk.claims[seq]
    return Insight(
        id=make_id("insight", episode_id, str(seq)),
        episode_id=episode_id,
        show_id=show_id,
        show=talk.show,
        episode=talk.title,
        published=published,
        url=f"{url}#t={seq * 20}",
        audio_url="",
        seq=seq,
        claim=claim,
        body=body,
        quote=claim,
        speaker=speaker,
        start_s=seq * 20.0,
        end_s=seq * 20.0 + timedelta(seconds=9).total_seconds(),
        quality=0.7,
        extractor="extractive",
        content_hash=content_hash(f"{claim}\n{body}"),
    )
