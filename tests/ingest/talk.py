"""An invented conversation, in the shape that transcripts have, for the tests of this folder."""

from __future__ import annotations

from datetime import UTC, datetime

from earmark.types import Episode, EpisodeData, Person, Segment, Stage, Transcript

HOST, GUEST = "Nora Feld", "Tomas Okoye"

TURNS: tuple[tuple[str, str], ...] = (
    (HOST, "Welcome to Slow Grain, the show about bread. I'm your host, Nora Feld, and my guest today is Tomas Okoye."),
    (GUEST, "Thanks for having me. I have listened for years."),
    (HOST, "This episode is brought to you by Millwright. Millwright ships stone-ground flour to your door every month. "
           "Their subscription makes sure you never run out of rye. Go to millwright.example/grain and use code GRAIN "
           "to get 20% off your first order. Thanks to Millwright for supporting the show."),
    (HOST, "So why does sourdough keep so much longer than other bread?"),
    (GUEST, "Well, you know, sourdough bread resists mould because the bacteria in the starter produce acetic acid. "
            "Acetic acid keeps mould spores from germinating, and a loaf of white bread has none of it. "
            "That is why a sourdough loaf lasts 7 days where a yeasted one lasts 3."),
    (HOST, "Right."),
    (GUEST, "And so most bakeries that switch to long fermentation sell fewer loaves but lose less flour to waste. "
            "The margin on each loaf goes up because customers accept a higher price for bread with a story. "
            "I tried it in my own shop and it was pretty scary at first."),
    (HOST, "What do people get wrong about hydration?"),
    (GUEST, "I think that home bakers treat hydration as a measure of skill, but wet dough only hides weak gluten. "
            "A dough at 65 percent hydration with strong gluten holds more gas than a slack dough at 85 percent. "
            "Professional bakers often lower the water when they train a new apprentice."),
    (HOST, "That's amazing. It was so cool to see. He told me this earlier, as you said."),
    (GUEST, "Cheap ovens bake badly because their thermostats swing by 30 degrees, not because they are too small. "
            "A thick steel plate stores enough heat to smooth out the swing, which costs far less than a new oven."),
    (HOST, "Thanks for listening to Slow Grain. Subscribe wherever you get your podcasts, and see you next week."),
)  # fmt: skip


def episode(**data: object) -> Episode:
    """The episode of the conversation; ``data`` replaces fields of its ``EpisodeData``."""
    fields: dict[str, object] = {
        "guid": "slow-grain-12",
        "title": "Why sourdough keeps",
        "description": "Tomas Okoye on acid, water and cheap ovens.",
        "link": "https://grain.example/12",
        "audio_url": "https://grain.example/12.mp3",
        "published": datetime(2026, 3, 4, 5, tzinfo=UTC),
        "persons": (Person(name=HOST, role="host"), Person(name=GUEST, role="guest")),
    }
    return Episode(
        id="e1",
        show_id="s1",
        show="Slow Grain",
        data=EpisodeData(**(fields | data)),  # type: ignore[arg-type]
        stage=Stage.CHUNKS,
        discovered_at=datetime(2026, 3, 4, 6, tzinfo=UTC),
    )


def transcript() -> Transcript:
    """The conversation as cues of about ten words that break sentences anywhere, at three words a second."""
    segments = []
    clock = 0.0
    for speaker, text in TURNS:
        words = text.split()
        for at in range(0, len(words), 10):
            part = words[at : at + 10]
            end = clock + len(part) / 3
            segments.append(Segment(text=" ".join(part), start_s=round(clock, 3), end_s=round(end, 3), speaker=speaker))
            clock = end
    return Transcript(segments=tuple(segments), source="vtt", language="en")
