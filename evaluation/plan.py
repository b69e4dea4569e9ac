"""What `earmark eval all` measures: every suite with its data and options, in one list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["PLAN", "PlanEntry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntry:
    """One measurement: a suite on a folder of data.

    ``name`` is that of the result's file. ``title`` is what the report card calls it. ``options`` are handed to the
    suite. ``ours`` says that the folder lies in `evaluation/data` and not in that of the sets. ``baseline`` holds what the collection's makers measured with BM25 (k1 .9, b .4, s-stemmer) on its full set.
    """

    name: str
    suite: str
    folder: str
    title: str
    options: Mapping[str, object] = field(default_factory=dict)
    ours: bool = False
    baseline: Mapping[str, float] = field(default_factory=dict)


def _retrieval(
    name: str, folder: str, title: str, ndcg: float, recall: float, *, split: str = "", **options: str
) -> PlanEntry:
    """A retrieval entry; the options and the split are in its file's name."""
    words = [name, *(["test"] if split == "test" else [])]
    return PlanEntry(
        name="retrieval-" + "-".join(words),
        suite="retrieval",
        folder=folder,
        title=f"{title}{', test part' if split == 'test' else ''}",
        options=options | ({"split": split} if split else {}),
        baseline={"nDCG@10": ndcg, "R@20": recall},
    )


def _both(
    name: str, folder: str, title: str, ndcg: float, recall: float, **options: str
) -> tuple[PlanEntry, PlanEntry]:
    """The part that nothing was tuned on, and the whole set."""
    return (
        _retrieval(name, folder, title, ndcg, recall, split="test", **options),
        _retrieval(name, folder, title, ndcg, recall, **options),
    )


_PODCAST = "optech-dev/podcast_retrieval"

PLAN: tuple[PlanEntry, ...] = (
    *_both("podcast-title", _PODCAST, "podcast_retrieval, titles", 0.50, 0.54, kind="title"),
    *_both("podcast-insight", _PODCAST, "podcast_retrieval, insights", 0.55, 0.61, kind="insight"),
    *_both("podcast-insight-pr", _PODCAST, "podcast_retrieval, pull requests", 0.61, 0.69, kind="insight-pr"),
    *_both("chapters", "chapters_open", "chapters_open, whole corpus", 0.27, 0.44, text="text_with_context"),
    *(
        PlanEntry(
            name=f"retrieval-chapters-inside{'-test' if split else ''}",
            suite="retrieval",
            folder="chapters_open",
            title=f"chapters_open, inside the episode{', test part' if split else ''}",
            options={"within": "episode", "split": split},
        )
        for split in ("test", "")
    ),
    _retrieval(
        "qmsum-val", "qmsum/val", "qmsum val (all of it test), inside the meeting", 0.51, 0.75, within="meeting_id"
    ),
    _retrieval(
        "qmsum-train", "qmsum/train", "qmsum train (tuned on), inside the meeting", 0.51, 0.75, within="meeting_id"
    ),
    *_both("spoken-squad", "spoken-squad-clean", "spoken-squad-clean", 0.78, 0.90),
    *(
        PlanEntry(
            name=f"retrieval-spoken-squad-asr-{percent}-test",
            suite="retrieval",
            folder="spoken-squad-clean",
            title=f"spoken-squad-clean, {percent} % of words misheard, test part",
            options={"split": "test", "word_errors": word_errors, "limit": 800},
        )
        # The set itself has 22.7 % of word errors; these come on top: 1 - (1 - .227) (1 - rate) is 40 and 50 %.
        for percent, word_errors in ((40, 0.2238), (50, 0.3532))
    ),
    *_both("cranfield", "cranfield", "cranfield", 0.32, 0.47),
    *(
        PlanEntry(
            name=f"retrieval-scripts-{kind}",
            suite="retrieval",
            folder="scripts",
            title=f"words of other scripts: {title}",
            options={"kind": kind},
            ours=True,
        )
        for kind, title in (("unspaced", "without spaces"), ("letters", "letters and hyphens"))
    ),
    *(
        PlanEntry(
            name=f"related-insights{'-test' if split else ''}",
            suite="related",
            folder="optech-dev/related_insights",
            title=f"related_insights{', test part' if split else ''}",
            options={"split": split},
            baseline={"nDCG@10": 0.41, "R@20": 0.20},
        )
        for split in ("test", "")
    ),
    *(
        PlanEntry(
            name=f"readers-{name}",
            suite="readers",
            folder=folder,
            title=f"simulated readers: {title}, test part",
            options={"split": "test", "limit": 2},
        )
        for name, folder, title in (
            ("topics", "optech-dev/related_insights", "topics of related_insights"),
            ("banking77", "banking77", "subjects of banking77"),
            ("clinc150", "clinc150", "subjects of clinc150"),
        )
    ),
    PlanEntry(
        name="alerts-topics",
        suite="alerts",
        folder="optech-dev/related_insights",
        title="alerts: topics of related_insights, test part",
        options={"split": "test"},
    ),
    PlanEntry(
        name="alerts-podcast-title",
        suite="alerts",
        folder=_PODCAST,
        title="alerts: podcast_retrieval, titles, test part",
        options={"split": "test", "kind": "title"},
    ),
    PlanEntry(name="themes-banking77", suite="themes", folder="banking77", title="banking77"),
    PlanEntry(name="themes-clinc150", suite="themes", folder="clinc150", title="clinc150"),
    PlanEntry(
        name="answers-spoken-squad",
        suite="answers",
        folder="spoken-squad-clean",
        title="spoken-squad-clean, test part, some answers left out",
    ),
    PlanEntry(name="answers-qmsum-val", suite="answers", folder="qmsum/val", title="qmsum val, half asked elsewhere"),
    PlanEntry(
        name="insights-python-bytes",
        suite="insights",
        folder="python_bytes_notes",
        title="python_bytes_notes",
        options={"limit": 120},
    ),
    PlanEntry(
        name="insights-mutations",
        suite="mutations",
        folder="mutations",
        title="spoiled drafts on the sample",
        ours=True,
    ),
    PlanEntry(name="asr", suite="asr", folder="audio", title="audio with references"),
)
