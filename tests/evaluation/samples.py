"""A small judged collection of original text: passages of four episodes of two shows, and questions to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

EPISODES = {
    ("Tideline", "kelp", "What kelp can do", "2026-06-01"): (
        "Kelp grows half a metre a day and takes its carbon out of the water around it.",
        "Only kelp that sinks below a thousand metres keeps its carbon out of the air for centuries.",
        "Urchins graze whole kelp forests bare within a season once the otters are gone.",
    ),
    ("Tideline", "tides", "Reading the tides", "2026-06-08"): (
        "A spring tide comes when sun and moon pull along one line, at new and at full moon.",
        "Harbour pilots plan the passage of deep ships around slack water.",
    ),
    ("Crumb", "sourdough", "Starters and patience", "2026-06-03"): (
        "A sourdough starter is a colony of wild yeast and bacteria that is fed with flour.",
        "Rye flour wakes a tired starter faster than wheat because it carries more enzymes.",
        "Bake the loaf in a closed iron pot so that its own steam keeps the crust soft at first.",
    ),
    ("Crumb", "butter", "Lamination", "2026-06-10"): (
        "Butter for lamination has to bend without breaking, so it is beaten at fourteen degrees.",
        "Twenty-seven layers of dough and butter make a croissant that opens like a book.",
    ),
}
QUERIES = (
    ("q1", "How deep must kelp sink to keep carbon away?", "kelp", "short", {"kelp#1": 2, "kelp#0": 1}),
    ("q2", "what eats the kelp forests", "kelp", "short", {"kelp#2": 2}),
    ("q3", "Which flour wakes a tired sourdough starter?", "sourdough", "long", {"sourdough#1": 2, "sourdough#0": 1}),
    ("q4", "when do spring tides come", "tides", "long", {"tides#0": 1}),
    ("q5", "layers in a croissant", "butter", "short", {"butter#1": 2}),
)


def lines(path: Path, values: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")


def write_judged(folder: Path) -> Path:
    """The collection as files."""
    corpus = [
        {
            "_id": f"{episode}#{n}",
            "title": "",
            "text": text,
            "show": show,
            "episode": episode,
            "episode_title": title,
            "date": date,
        }
        for (show, episode, title, date), texts in EPISODES.items()
        for n, text in enumerate(texts)
    ]
    lines(folder / "corpus.jsonl", corpus)
    queries = [
        {"_id": key, "text": text, "episode": episode, "kind": kind, "split": "dev", "longer": f"{text} ({episode})"}
        for key, text, episode, kind, _ in QUERIES
    ]
    lines(folder / "queries.jsonl", [*queries, {"_id": "unjudged", "text": "nobody knows", "episode": "kelp"}])
    rows = [f"{key}\t{document}\t{grade}\n" for key, *_, grades in QUERIES for document, grade in grades.items()]
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(rows), encoding="utf-8")
    (folder / "META.json").write_text(json.dumps({"licence": "Apache-2.0"}), encoding="utf-8")
    return folder


CLAIMS = (
    (
        "a1",
        "2026-05-01",
        "Only sunk kelp stores carbon",
        "Kelp that sinks below a thousand metres stays out of the air.",
    ),
    ("a2", "2026-05-01", "Otters protect kelp", "Where otters live, urchins cannot graze the forests bare."),
    ("b1", "2026-05-08", "Kelp credits need proof of sinking", "Buyers should pay only for kelp that sank deep."),
    ("b2", "2026-05-08", "Rye wakes a starter", "Rye flour carries more enzymes than wheat flour."),
    ("c1", "2026-05-15", "Most ocean carbon is never measured", "Kelp credits are sold without anyone diving."),
    ("c2", "2026-05-15", "A starter wants rye flour", "Enzymes of rye free sugar for the yeast of a sourdough."),
)
SAME = {"a1": ("b1", "c1"), "b1": ("a1", "c1"), "c1": ("a1", "b1"), "b2": ("c2",), "c2": ("b2",), "a2": ("a1",)}


def write_claims(folder: Path) -> Path:
    """Insights that are queries too, with those on the same subject judged relevant."""
    fields = [{"_id": key, "title": title, "text": text, "date": date} for key, date, title, text in CLAIMS]
    lines(folder / "corpus.jsonl", fields)
    lines(folder / "queries.jsonl", fields)
    rows = [f"{key}\t{other}\t1\n" for key, others in SAME.items() for other in others]
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(rows), encoding="utf-8")
    return folder


SAID = (
    "Welcome back to the harbour show, I am glad that you are with us again today.",
    "Kelp only stores carbon for centuries where it sinks below a thousand metres, because the deep water stays down there.",
    "Otters keep urchins away from kelp forests, and where the otters were hunted the forests became bare rock.",
    "A company that sells kelp credits should therefore show with moorings how much of the kelp has sunk.",
    "Insurers refuse to cover ocean carbon credits because nobody has ten years of data about losses in storms.",
)


def write_notes(folder: Path, episodes: int = 8) -> Path:
    """Transcripts of a show with its hosts' notes."""
    notes, spoken = [], []
    for number in range(episodes):
        text = [f"{sentence} That was so in region number {number}." for sentence in SAID]
        segments = [
            {"start": 10.0 * n, "end": 10.0 * n + 9, "text": line, "speaker": None} for n, line in enumerate(text)
        ]
        spoken.append({"show": "Harbour", "episode_id": str(number), "title": "", "segments": segments})
        items = [
            {"title": "Kelp", "bullets": ["Kelp stores carbon where it sinks below a thousand metres", "Short one"]}
        ]
        notes.append({"episode": number, "items": items})
    lines(folder / "notes.jsonl", notes)
    lines(folder / "transcripts.jsonl", spoken)
    return folder
