"""Which measurements docs/numbers.md and the README tell, and in which words.

Words hold places such as ``{again[requests]}``, which are filled from the row's file: nothing that was measured is written
here, so a row cannot say what its file does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["FIGURES", "SEARCHED", "SECTIONS", "NumberRow", "NumberSection", "Values", "short"]

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRow:
    """A line of a table: what was measured, the file below evaluation/results that has it, and how its values are told."""

    what: str
    file: str
    told: str | Callable[[Values], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSection:
    """A table: how it is measured again, what to know before reading it, and its rows."""

    heading: str
    again: str
    note: str
    rows: tuple[NumberRow, ...]


def short(measure: Values) -> str:
    """A value of a suite with its interval: ``.512 [.480, .540]``."""
    value, low, high = (f"{measure[name]:.3f}".removeprefix("0") for name in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def _row(what: str, file: str, told: str | Callable[[Values], str]) -> NumberRow:
    return NumberRow(what=what, file=f"{file}.json", told=told)


def _broken(values: Values) -> str:
    kills, zombies = values["kills"], values["zombies"]
    outcome = f"{len(kills['broken'])} promises broken" if kills["broken"] else "nothing lost, nothing twice"
    late = f"{zombies['stopped']} workers stopped past their lease and woken: {zombies['late_commits']} late commits"
    return f"{kills['total']:,} kills, {kills['workers']} workers: {outcome}; {late}"


def _repeated(values: Values) -> str:
    again = values["again"]
    written = "nothing is written" if again["wrote_nothing"] else "something is written"
    return f"{again['requests']} requests, {again['statuses'].get('304', 0)} answered 304; {written}"


def _spoiled(values: Values) -> str:
    both = values["runs"]["both"]
    shares = [f"{name.removesuffix(' let through')} {measure['value']:.0%}" for name, measure in both.items()]
    return ", ".join(shares)


def _undisturbed(values: Values) -> str:
    same = "the same" if values["sigkill"]["same_as_undisturbed"] else "other"
    return f"{same} passages and insights as undisturbed"


def _obeyed(values: Values) -> str:
    problems = ", ".join(values["problems"]) or "none"
    return f"{values['orders']} orders, {values['model_calls']} calls of the model; problems: {problems}"


def _memory(values: Values) -> str:
    _, early, *_, last = values["memory"]
    return f"{early['rss_mib']} MiB after {early['pages']} pages, {last['rss_mib']} MiB after {last['pages']:,}"


def _sent(values: Values) -> str:
    kinds = values["bytes"].items()
    return ", ".join(f"{kind} {size['gzip'] / 1000:.1f} KB ({size['html'] / 1000:.1f})" for kind, size in kinds)


def _grown(values: Values) -> str:
    opened = values["opened"]
    timed = ", ".join(
        f"{name} {opened[name]['cpu_ms']:,.0f} ms ({opened[name]['ms']:,.0f})"
        for name in (
            "status",
            "shows",
            "brief",
            "themes",
            "themes after a change",
            "everybody",
            "somebody",
            "an insight",
        )
    )
    first = opened["themes"]["first_cpu_ms"]
    return f"of a processor (of the clock): {timed}; themes counted by whoever opens them first {first:,.0f} ms of a processor"


def _against_fusion(values: Values, measure: str = "nDCG@10", run: str = "system") -> str:
    fusion = values["runs"]["hybrid"][measure]
    return f"{short(values['runs'][run][measure])}; plain fusion {short(fusion)}"


def _wanted(values: Values) -> str:
    told = {
        run: ", ".join(f"{measures[f'all, {clicks} clicks']['value']:.0%}" for clicks in (0, 5, 20))
        for run, measures in values["runs"].items()
    }
    return (
        f"{told['profile']}; one centroid {told['one centroid']}; no profile {told['no profile']}; "
        f"with a profile that names the subjects {told['profile, written']}"
    )


def _told(values: Values) -> str:
    ours = values["runs"]["the product"]
    return f"{ours['precision']['value']:.0%} of what is told belongs to the search, {ours['recall']['value']:.0%} of what belongs to it is told"


def _headed(values: Values) -> str:
    members, headings = values["members_that_belong"], values["headings_a_person_would_write"]["now"]
    alone, written = (
        {way: values["in_a_theme"][way][library]["share"] for way in ("before", "now")}
        for library in ("without_a_model", "with_written_ideas")
    )
    return (
        f"{members['now']['count']} of {members['now']['of']} members belong {_between(members['now'])}, "
        f"{members['before']['count']} of {members['before']['of']} before; {alone['now']:.0%} of insights are in a theme "
        f"({alone['before']:.0%} before), with ideas that a model wrote {written['now']:.0%} ({written['before']:.0%}); "
        f"a person would write {headings['count']} of {headings['of']} headings {_between(headings)}"
    )


def _between(values: Values) -> str:
    low, high = values["interval"]
    return f"[{low:.0%}, {high:.0%}]"


def _belonging(values: Values) -> str:
    before, now = (values["rules"][name] for name in ("before", "now"))
    told = [
        f"{rule['belong']} of {rule['told']} belong to it ({rule['of_them_belong']} of {rule['by_meaning']} of those without all words)"
        for rule in (now, before)
    ]
    held = now["held_out"]
    second = values["second_rater"]["now"]["belong"]
    return (
        f"{told[0]}, {second} by a second rater; on the half that the rule was not chosen on {held['belong']} of {held['told']}; "
        f"by one cosine for all searches {told[1]}"
    )


def _weighed(values: Values) -> str:
    told = values["variants"]
    ours, quality = told["as they are"], told["quality alone"]
    single = [
        variant["difference"]
        for name, variant in told.items()
        if name.split()[-1] in {"off", "halved", "doubled"} and " and " not in name
    ]
    least, most = min(mean for mean, _, _ in single), max(mean for mean, _, _ in single)
    sure = sum(low > 0 or high < 0 for _, low, high in single)
    return (
        f"{ours['halves']:.2f} of 3, any five {values['any_five']:.2f}; each weight off, halved or doubled {least:+.2f} to {most:+.2f}, "
        f"{sure} of {len(single)} more than luck; by quality alone {quality['difference'][0]:+.2f} "
        f"[{quality['difference'][1]:.2f}, {quality['difference'][2]:.2f}]"
    )


def _on_ray(values: Values) -> str:
    runs = {"one worker": values["worker"]} | {
        f"Ray with {actors} a pool": values[f"ray, {actors} a pool"] for actors in (1, 2, 4)
    }
    told = (
        f"{name} {run['episodes_per_s']:.2f} ({run['seconds_until_the_first']:.0f} s until the first)"
        for name, run in runs.items()
    )
    return ", ".join(told)


_HYBRID = (
    "median {index[sizes][1][graph][encoded_hybrid_ms][p50]:.1f} ms, p95 {index[sizes][1][graph][encoded_hybrid_ms][p95]:.1f} ms; without a graph "
    "{index[sizes][1][exact][encoded_hybrid_ms][p50]:.1f} and {index[sizes][1][exact][encoded_hybrid_ms][p95]:.1f} ms"
)
_REFUSED = (
    "refused: {runs[abstention][recall][value]:.0%} of {runs[abstention][recall][n]} that have no answer there, and "
    "{runs[abstention][abstained, own][value]:.0%} of {runs[abstention][abstained, own][n]} that have one"
)
_FIRST = "reciprocal rank {runs[system][RR@20][value]:.3f}; by BM25 alone {runs[bm25][RR@20][value]:.3f}, by meaning alone {runs[dense][RR@20][value]:.3f}"
_CLUSTERS = "{runs[themes][V][value]:.2f}; HDBSCAN on the same vectors {runs[hdbscan, 50 components][V][value]:.2f}"
_PAGES = "median {all[p50]:,.0f} ms, p95 {all[p95]:,.0f} ms, {processor_ms_a_page:.0f} ms of a processor a page, {errors} errors"

_FRONT = (
    "read after {fresh[read_ms][p50]:,.0f} ms (p95 {fresh[read_ms][p95]:,.0f}), an idea can be saved after {fresh[use_ms][p50]:,.0f} ms ({fresh[use_ms][p95]:,.0f}), "
    "{fresh[sent_kb]:,.0f} KB in {fresh[requests]:.0f} requests; opened a second time {second[read_ms][p50]:,.0f} and {second[use_ms][p50]:,.0f} ms, {second[sent_kb]:,.0f} KB"
)

_EPISODES = _row("{ingest[episodes]} real episodes of {ingest[feeds]} feeds, from feeds to insights, without a language model", "campaign",
    "{ingest[seconds]:.0f} s, {ingest[peak_mib]:,} MiB; of {contents[insights]} quotes {contents[quotes_not_verbatim]} are not word for word in the transcript")  # fmt: skip
_KILLED = _row("workers killed at every step of an episode", "trust/work", _broken)
_FOUND = _row("search: {sizes[queries]} newsletter titles to podcast passages, nDCG@10 on the half that nothing was tuned on", "eval/retrieval-podcast-title-test", _against_fusion)  # fmt: skip
_QUICK = _row("a search among {index[sizes][1][points]:,} passages, encoding included", "bench", _HYBRID)
_REFUSALS = _row("{runs[abstention][AUC][n]} questions to recognised speech", "eval/answers-spoken-squad", _REFUSED)

FIGURES = ((_EPISODES, "make campaign"), (_KILLED, "make trust"), (_QUICK, "make bench"), (_FOUND, "make eval"), (_REFUSALS, "make eval"))  # fmt: skip
"""The five of the README, each with the command that measures it again."""

SEARCHED = ("podcast-title-test", "podcast-insight-test", "podcast-insight-pr-test", "chapters-test", "chapters-inside-test", "qmsum-val", "spoken-squad-test", "cranfield-test")  # fmt: skip
"""Sets of the table of search: the part of each that nothing was tuned on."""

_SPEED = NumberSection(
    heading="Speed and memory",
    again="`make bench`, and `python -m evaluation.bench_pages`, `bench_served`, `bench_own_pages`, `bench_first_page` and `bench_growth` for the pages, `bench_large` for themes and related lists, `bench_briefs` for the briefs, `bench_cluster` for Ray",
    note="The processors were shared with other work: compare what was measured side by side, not milliseconds.",
    rows=(
        _row("passages embedded", "bench", "{encoder[passages_per_s]:.0f} a second; sentence-transformers with its defaults {encoder[baseline_passages_per_s]:.0f} ({encoder[ratio]:.1f} ×)"),
        _row("a query embedded", "bench", "{encoder[measured][query_ms][ours]:.1f} ms; sentence-transformers {encoder[measured][query_ms][baseline]:.1f} ms"),
        _row("index of {index[sizes][1][points]:,} passages rebuilt from the catalog", "bench", "{index[sizes][1][exact][build_s]:.0f} s; with a graph {index[sizes][1][graph][build_s]:.0f} s and {index[sizes][1][graph][build_peak_mib]:,} MiB at most"),
        _QUICK,
        _row("an index of 500,000 passages without a graph", "passages", "built in {500,000 points[build_s]:.0f} s, {500,000 points[build_peak_mib]:,} MiB at most; a search, encoding included, median {500,000 points[encoded_hybrid_ms][p50]:.0f} ms, p95 {500,000 points[encoded_hybrid_ms][p95]:.0f} ms, in {500,000 points[holder_peak_mib]:,} MiB"),
        _row("an index of 1,000,000 passages without a graph", "passages", "built in {1,000,000 points[build_s]:.0f} s, {1,000,000 points[build_peak_mib]:,} MiB at most; a search, encoding included, median {1,000,000 points[encoded_hybrid_ms][p50]:.0f} ms, p95 {1,000,000 points[encoded_hybrid_ms][p95]:.0f} ms, in {1,000,000 points[holder_peak_mib]:,} MiB"),
        _row("qdrant-client's local mode, encoding not included", "bench", "median {index[sizes][1][baselines][qdrant-client, local mode][hybrid_ms][p50]:.0f} ms with {index[sizes][1][baselines][qdrant-client, local mode][points]:,} passages"),
        _row("longest pause of the app while {index[sizes][1][points]:,} passages are built in the background and swapped in", "bench", "{index[sizes][1][change_over][longest_pause_ms][building]:.0f} ms, {index[sizes][1][change_over][longest_pause_ms][changing]:.0f} ms"),
        _row("`earmark --help`", "bench", "{command line[help_s]:.2f} s; starting Python alone {command line[baseline_s]:.2f} s"),
        _row("pages of the app, {readers} readers on {cores} cores (load {load_before} to {load_after})", "pages-readers", _PAGES),
        _row("pages of their own, {readers} readers on {cores} cores (load {load_before} to {load_after})", "pages-served", _PAGES + "; insights that nobody had opened, one after the other, median {first_opened[p50]:,.0f} ms"),
        _row("the app's front page in a fresh browser, {rounds} times, at a load of {load_before} to {load_after}", "pages-first", _FRONT),
        _row("the same beside it, before its HTML held the brief and its scripts were packed", "pages-first-before", _FRONT),
        _row("an insight opened by its address in a fresh browser, {insights} times, at a load of {load}", "pages-own", "readable {read_after_first_byte_ms[p50]:,.0f} ms after the first byte (p95 {read_after_first_byte_ms[p95]:,.0f}); a page of two lines {two_lines_read_after_first_byte_ms[p50]:,.0f} ms; most lists were made for it, first byte {first_byte_ms[p50]:,.0f} ms"),
        _row("a page of its own as it is sent to a browser, with gzip (and its HTML, stylesheet included)", "pages-own", _sent),
        _row("briefs of {readers:,} readers of a library of {second[insights]:,} insights, made and handed to a mail server, at a load of {load}", "briefs", "{second[seconds]:,.0f} s ({second[cpu_seconds]:,.0f} of processor); on the first morning, when nobody has looked at an idea before, {first[seconds]:,.0f} s ({first[cpu_seconds]:,.0f})"),
        _row("a library of {insights:,} insights and {episodes:,} episodes, at a load of {load_before}", "growth", _grown),
        _row("themes of {insights:,} made insights, at a load of {themes[load][0]} to {themes[load][1]} on {machine[cores]} cores", "large", "all grouped in {themes[first][s]:.0f} s ({themes[first][processor_s]:.0f} of processor, {themes[peak_mib]:,} MiB at most), grouped again in {themes[again][s]:.0f} s ({themes[again][processor_s]:.0f}); a new insight joins in {themes[a_new_insight][p50_ms]:.0f} ms, p95 {themes[a_new_insight][p95_ms]:.0f} ({themes[a_new_insight][p50_processor_ms]:.0f} of processor)"),
        _row("related lists in the same library, beside {passages:,} passages, at a load of {related[load][0]} to {related[load][1]}", "large", "made where no list was made before, median {related[made][p50_ms]:,.0f} ms, p95 {related[made][p95_ms]:,.0f} ({related[made][p50_processor_ms]:.0f} of processor, the index aside); made again after a change {related[made_again][p50_ms]:,.0f} and {related[made_again][p95_ms]:,.0f} ({related[made_again][p50_processor_ms]:.0f}); kept {related[kept][p50_ms]:.0f} and {related[kept][p95_ms]:.0f} ({related[kept][p50_processor_ms]:.0f}); {related[peak_mib]:,} MiB at most, and {related[index_peak_mib]:,} of the index"),
        _row("episodes with transcripts a second, {episodes} of them: {note}", "cluster", _on_ray),
        _row("pages before they were made quicker, {readers} readers", "pages-readers-before", _PAGES),
        _row("memory of the app", "pages-runs", _memory),
    ),
)  # fmt: skip

_PROMISES = NumberSection(
    heading="Promises under stress",
    again="`make campaign` and `make trust`",
    note="Each row is of the day in its file, so of the code of that day.",
    rows=(
        _EPISODES,
        _row("the same feeds once more", "campaign", _repeated),
        _row("the same under {sigkill[kills]} SIGKILLs at random moments", "campaign", _undisturbed),
        _KILLED,
        _row("a claim with {claims[waiting]:,} episodes waiting, on PostgreSQL, at a load of {claims[load]}", "trust/work-postgresql", "median {claims[median_ms]} ms, p99 {claims[p99_ms]} ms"),
        _row("{kills[mails]:,} mails while their senders are killed {kills[kills]} times", "trust/mail", "{kills[skipped]} skipped, {kills[extra]} sent twice, none more often than {kills[most_copies]} times"),
        _row("orders planted in transcripts and in the replies of a model", "injection", _obeyed),
        _row("a simulated week of {week[feeds]} feeds with {week[behaviours]} kinds of behaviour", "trust/fetching", "at most {week[most_scheduled_requests_of_a_feed_in_24_h]} requests a day and feed, {week[asked_against_retry_after]} against Retry-After"),
        _row("ways to a private address", "trust/fetching", "{private_addresses[tricks]:,} tried, {private_addresses[connections]} connections"),
        _row("bombs: gzip, deflate, endless bodies, huge headers", "trust/fetching", "{bombs[bombs]} tried, at most {bombs[worst_growth_mb]:.0f} MB of growth"),
        _row("{scan[feeds]:,} unchanged feeds, {scan[latency_ms]:.0f} ms away", "trust/fetching", lambda values: f"{values['scan']['seconds']:.0f} s, {values['scan']['statuses'].get('304', 0):,} answered 304"),
        _row("mutated feeds", "trust/feeds", lambda values: "{feeds:,} feeds, {0} crashes, p99 {seconds[p99]:.2f} s".format(len(values["mutations"]["crashes"]), **values["mutations"])),
        _row("{parity[files]} real, broken and odd feeds", "trust/feeds", "{parity[episodes]:,} episodes (feedparser alone {parity[feedparser_entries]:,}), {parity[transcripts]} of {parity[written]} transcript links"),
        _row("time for 1,000 items, as a share of feedparser's own", "trust/feeds", lambda values: ", ".join(f"{feed['ratio']:.2f}" for feed in values["speed"].values())),
        _row("is it the same episode? {pairs} labelled pairs, which the rules were tuned on", "trust/identity", "precision {ours[precision]:.2f}, recall {ours[recall]:.2f}; by GUID alone {by_guid[precision]:.2f}, {by_guid[recall]:.2f}"),
        _row("transcripts as publishers write them", "trust/transcripts", lambda values: f"{values['published']['files']} files, {len(values['published']['refused'])} refused"),
        _row("transcripts cut to half that are taken for partial", "trust/transcripts", "{completeness[timed][0.5][partial]:.0%} with times, {completeness[untimed][0.5][partial]:.0%} without"),
    ),
)  # fmt: skip

_HEARD = NumberSection(
    heading="Speech, voices, sponsors",
    again="`make trust`",
    note="Voices and sponsor reads are measured on other shows than those that the rules were fitted on. All of it is English.",
    rows=(
        _row("speech: wrong words with `base`", "trust/speech", "{words[earmark][errors]} of {words[words]:,} in {words[clips]} clips; faster-whisper's defaults {words[defaults][errors]}"),
        _row("speech: names missed of {names[with][said]}", "trust/speech", "{names[with][missed]} when told which to expect, {names[without][missed]} when not; faster-whisper's defaults {names[defaults][missed]}"),
        _row("speech: {speed[files]} files side by side on {cores} cores", "trust/speech", "{speed[earmark][times_real]:.0f} × real time, {speed[earmark][peak_mb]:,} MB; faster-whisper's defaults {speed[defaults][times_real]:.0f} ×, its batched pipeline {speed[batched][times_real]:.0f} ×"),
        _row("speech with less silence after what is said, on {test[beam 5][audio_s]} s that nothing was chosen on (load {test[beam 5][load][0]:.0f})", "speech", "{test[beam 5][times_as_quick_as_the_first]:.2f} × as quick as when filled up to 30 s, {test[beam 5][errors]} of {test[beam 5][words]:,} words wrong against {test[beam 5, filled up][errors]}"),
        _row("voices told apart in {woven real clips[audio_s]:.0f} s of {woven real clips[speakers]} real speakers, woven into a conversation", "trust/voices-apart", "diarisation error {woven real clips[der]:.1%} (without a collar {woven real clips[der_without_a_collar]:.1%}), {woven real clips[cpu_s]:.0f} s of one core, {memory_mb:,} MB"),
        _row("voices named where the feed gives names, by words", "trust/voices", "precision {names[as written, feed gives names][precision]:.3f}, recall {names[as written, feed gives names][recall]:.3f}"),
        _row("voices named where the feed names nobody, by words", "trust/voices", "precision {names[as written, feed gives nobody][precision]:.3f}, recall {names[as written, feed gives nobody][recall]:.3f}"),
        _row("host or guest by who usually speaks, {people} people in {episodes} episodes of {shows} shows, judged by reading", "judged/roles", "{hosts[right]} of {hosts[told]} hosts are right and {guests[right]} of {guests[told]} guests; of those judged after the last change of the rule {judged_after_the_rule[hosts][right]} of {judged_after_the_rule[hosts][told]} and {judged_after_the_rule[guests][right]} of {judged_after_the_rule[guests][told]}"),
        _row("sponsor reads, by words", "trust/segments", "precision {sponsors[rules][test][words][precision]:.2f}, recall {sponsors[rules][test][words][recall]:.2f}; {sponsors[rules][test][reads][found]} of {sponsors[rules][test][reads][labelled]} reads"),
        _row("boundaries of sentences in captions without marks, F1", "trust/segments", "{captions[mean][f1]:.2f}; a cut every 12 words {captions[mean][f1_every_12_words]:.2f}"),
        _row("boundaries between topics, Pk (lower is better)", "trust/segments", "{topics[held_out][topics][pk]:.2f}; no boundaries at all {topics[held_out][none][pk]:.2f}"),
    ),
)  # fmt: skip

_ASKED = NumberSection(
    heading="Words of any script, answers, related insights, themes",
    again="`make eval`",
    note="Themes were tuned on a part of banking77, and the rule for their size was settled after a look at both sets.",
    rows=(
        _row("{sizes[queries]} words of Chinese, Japanese, Thai and Khmer, found first", "eval/retrieval-scripts-unspaced", _FIRST),
        _row("{sizes[queries]} words typed without their accents, points or hyphens, found first", "eval/retrieval-scripts-letters", _FIRST),
        _REFUSALS,
        _row("questions to recognised speech with another name or number in them", "eval/answers-spoken-squad", "refused: {runs[abstention][abstained, swapped][value]:.0%} of {runs[abstention][abstained, swapped][n]}"),
        _row("{sizes[queries]} questions to meetings", "eval/answers-qmsum-val", _REFUSED),
        _row("{without_a_model[questions]} questions of eight kinds to 150 real episodes, without a model, judged by reading", "judged/answers", "{without_a_model[right]} right, {without_a_model[partly]} partly, {without_a_model[wrong]} wrong, {without_a_model[refused]} refused; of {without_a_model[comparisons][questions]} comparisons {without_a_model[comparisons][right]} right, {without_a_model[comparisons][partly]} partly"),
        _row("{with_a_strong_model[questions]} of them with a strong model", "judged/answers", "{with_a_strong_model[right]} right, {with_a_strong_model[partly]} partly, {with_a_strong_model[wrong]} wrong, {with_a_strong_model[refused]} refused; comparisons {with_a_strong_model[comparisons][right]}, {with_a_strong_model[comparisons][partly]} partly; of {with_a_strong_model[with_the_quotes_of_today][sentences]} sentences {with_a_strong_model[with_the_quotes_of_today][carried]} are wholly carried by their quotes, {with_a_strong_model[with_the_quotes_of_today][not_carried]} not at all"),
        _row("{without_a_model_fresh[questions]} fresh questions to {without_a_model_fresh[shows]} shows that the cross-encoder had not seen, without a model, judged blind", "judged/answers", "{without_a_model_fresh[with_cross_encoder][right]} right ({without_a_model_fresh[with_cross_encoder][second][right]} by a second rater), {without_a_model_fresh[with_cross_encoder][partly]} partly, {without_a_model_fresh[with_cross_encoder][wrong]} wrong, {without_a_model_fresh[with_cross_encoder][refused]} refused; without the cross-encoder {without_a_model_fresh[before][right]} ({without_a_model_fresh[before][second][right]}), {without_a_model_fresh[before][partly]}, {without_a_model_fresh[before][wrong]}, {without_a_model_fresh[before][refused]}; comparisons right {without_a_model_fresh[with_cross_encoder][comparisons][right]} of {without_a_model_fresh[with_cross_encoder][comparisons][questions]}, without it {without_a_model_fresh[before][comparisons][right]}"),
        _row("{with_a_strong_model_fresh[first][questions]} fresh questions with a strong model", "judged/answers", "{with_a_strong_model_fresh[first][right]} right, {with_a_strong_model_fresh[first][partly]} partly, {with_a_strong_model_fresh[first][wrong]} wrong, {with_a_strong_model_fresh[first][refused_rightly]} refused that nobody answers, {with_a_strong_model_fresh[first][refused_wrongly]} that somebody does; comparisons {with_a_strong_model_fresh[first][comparisons][right]} of {with_a_strong_model_fresh[first][comparisons][questions]}, {with_a_strong_model_fresh[first][comparisons][partly]} partly; of {with_a_strong_model_fresh[first][sentences]} sentences {with_a_strong_model_fresh[first][carried]} are wholly carried by their quotes"),
        _row("the same and three more after changes that these had led to", "judged/answers", "{with_a_strong_model_fresh[again][right]} right, {with_a_strong_model_fresh[again][partly]} partly, {with_a_strong_model_fresh[again][wrong]} wrong, {with_a_strong_model_fresh[again][refused_rightly]} and {with_a_strong_model_fresh[again][refused_wrongly]} refused; comparisons {with_a_strong_model_fresh[again][comparisons][right]}, {with_a_strong_model_fresh[again][comparisons][partly]} partly; of {with_a_strong_model_fresh[again][sentences]} sentences {with_a_strong_model_fresh[again][carried]}"),
        _row("{fresh_again[questions]} further questions, asked before any change that they led to, without a model, judged blind", "judged/answers", "{fresh_again[without_a_model][now][right]} right ({fresh_again[without_a_model][now][second_right]} by a second rater), {fresh_again[without_a_model][now][partly]} partly, {fresh_again[without_a_model][now][wrong]} wrong, {fresh_again[without_a_model][now][refused_rightly]} refused that nobody answers and {fresh_again[without_a_model][now][refused_wrongly]} that somebody does; by the code before {fresh_again[without_a_model][before][right]}, {fresh_again[without_a_model][before][partly]}, {fresh_again[without_a_model][before][wrong]}, {fresh_again[without_a_model][before][refused_rightly]} and {fresh_again[without_a_model][before][refused_wrongly]}"),
        _row("the same with a strong model", "judged/answers", "{fresh_again[with_a_strong_model][right]} right, {fresh_again[with_a_strong_model][partly]} partly, {fresh_again[with_a_strong_model][wrong]} wrong, {fresh_again[with_a_strong_model][refused_rightly]} refused that nobody answers; of {fresh_again[with_a_strong_model][comparisons][questions]} comparisons {fresh_again[with_a_strong_model][comparisons][right]} right; {fresh_again[with_a_strong_model][carried]} of {fresh_again[with_a_strong_model][sentences]} sentences are wholly carried by their quotes"),
        _row("{fresh_third[questions]} more by two other writers, with a strong model, judged by two raters", "judged/answers", "{fresh_third[with_a_strong_model][right]} right, {fresh_third[with_a_strong_model][partly]} partly, {fresh_third[with_a_strong_model][wrong]} wrong, {fresh_third[with_a_strong_model][refused_rightly]} refused that nobody answers, {fresh_third[with_a_strong_model][refused_wrongly]} that somebody does; of {fresh_third[with_a_strong_model][comparisons][questions]} comparisons {fresh_third[with_a_strong_model][comparisons][right]} right; {fresh_third[with_a_strong_model][carried]} of {fresh_third[with_a_strong_model][sentences]} sentences are carried by their citations"),
        _row("the same without a model", "judged/answers", "{fresh_third[without_a_model][right]} right, {fresh_third[without_a_model][partly]} partly, {fresh_third[without_a_model][wrong]} wrong, {fresh_third[without_a_model][refused_rightly]} refused that nobody answers, {fresh_third[without_a_model][refused_wrongly]} that somebody does; by the code of that morning {fresh_third[without_a_model][before][right]}, {fresh_third[without_a_model][before][partly]}, {fresh_third[without_a_model][before][wrong]}, {fresh_third[without_a_model][before][refused_rightly]}, {fresh_third[without_a_model][before][refused_wrongly]}"),
        _row("{places_that_answer[own][questions]} questions to {places_that_answer[own][shows]} shows that no reader of sentences was learned from: a passage that answers is among those that a model is given", "judged/answers", "{places_that_answer[own][read_widely][one_place]}, before it read widely {places_that_answer[own][before][one_place]}; of {places_that_answer[fresh][comparisons][questions]} comparisons one of each episode needed, with searches by a reader who knew the answers, {places_that_answer[fresh][comparisons][read_widely][each_episode]}, before {places_that_answer[fresh][comparisons][before][each_episode]}"),
        _row("{places_that_answer[quoted][questions]} of them without a model: the place that answers is quoted", "judged/answers", "{places_that_answer[quoted][now][held]}, in {places_that_answer[quoted][now][words]} words, before {places_that_answer[quoted][before][held]}, in {places_that_answer[quoted][before][words]}"),
        _row("recognised speech: the citations of an answer hold what was asked", "eval/answers-spoken-squad", "{runs[evidence][holds the answer][value]:.0%} of {runs[evidence][holds the answer][n]}"),
        _row("related insights, nDCG@10 on editors' topic tags", "eval/related-insights-test", lambda values: _against_fusion(values, run="related")),
        _row("lists that hold the most frequent insight", "eval/related-insights-test", "{runs[related][hub rate][value]:.0%}; plain fusion {runs[hybrid][hub rate][value]:.0%}"),
        _row("related lists of {insights} insights of {episodes} real episodes, without a model, judged by reading", "judged/related", "{empty} empty, {three_or_more} with three entries or more; {believable} of {entries} entries belong there ({second[believable]} by a second rater), and {why_useful} lines ({second[why_useful]}) say in plain words where the two meet"),
        _row("related lists of {with_a_strong_model[now][lists]} insights, a strong model judging what is related", "judged/related", "{with_a_strong_model[now][believable][0]} and {with_a_strong_model[now][believable][1]} of {with_a_strong_model[now][entries]} entries belong there, {with_a_strong_model[now][relation_right][0]} and {with_a_strong_model[now][relation_right][1]} of {with_a_strong_model[now][relation_given]} relations are right, {with_a_strong_model[now][why_useful][0]} and {with_a_strong_model[now][why_useful][1]} lines are useful (two raters); {with_a_strong_model[now][three_or_more]} lists have three entries or more, {with_a_strong_model[now][empty]} are empty"),
        _row("insights of which three of the likeliest 40 things of other shows belong to them", "judged/related", "{what_there_is[three_or_more_that_clearly_belong]:.0%} clearly, {what_there_is[three_or_more_that_may_belong]:.0%} if what may belong counts ({what_there_is[insights]} insights)"),
        _row("themes of banking77, V-measure", "eval/themes-banking77", _CLUSTERS),
        _row("themes of clinc150, V-measure", "eval/themes-clinc150", _CLUSTERS),
        _row("themes of a library of {episodes} episodes, judged by eye on shows that nothing was chosen on", "judged/themes", _headed),
    ),
)  # fmt: skip

_LEARNED = "wanted ideas in the brief after 0, 5 and 20 clicks, {sizes[readers]} simulated readers of one to three "
_READERS = NumberSection(
    heading="Profiles and alerts",
    again="`make eval ONLY=readers` and `ONLY=alerts`",
    note="Readers click on every idea of four briefs, more or less by its label; four fifths is the most that is aimed at. Measured on the half of the subjects that nothing was tuned on; the topics of that half were looked at once before the last change.",
    rows=(
        _row(_LEARNED + "of twelve subjects, as in clinc150", "eval/readers-clinc150", _wanted),
        _row(_LEARNED + "of twelve subjects, as in banking77", "eval/readers-banking77", _wanted),
        _row(_LEARNED + "of {sizes[subjects]} topics among {sizes[ideas]:,} ideas", "eval/readers-topics", _wanted),
        _row("briefs after the first with an idea of no subject that was asked for, in the same", "eval/readers-topics", "{runs[profile][all, not asked for][value]:.0%}"),
        _row("worth of the ideas of {days} days, five each, among {judged} judged ideas of {shows} shows that nothing was learned from", "judged/brief-weights", _weighed),
        _row("alerts on {sizes[searches]} topics among {sizes[claims]:,} claims", "eval/alerts-topics", _told),
        _row("claims that {searches} searches tell in a library of {claims:,} claims, judged by eye", "judged/alerts", _belonging),
        _row("pairs of claims that contradict each other, found without a model in {episodes} episodes with {claims:,} claims, judged by eye", "judged/disagreements", "{now[told]} told, {now[contradict]} contradict; with the bodies of the claims compared too {before[told]}, with a lower floor {lower_floor[told]}; of these {before[contradict]} and {lower_floor[contradict]} contradict"),
    ),
)  # fmt: skip

_INSIGHTS = NumberSection(
    heading="Insights",
    again="`make eval ONLY=insights` for the last rows; the others were judged by reading",
    note="A judge who sees spoken sentences beside written ones is harder on them than one who sees spoken ones alone.",
    rows=(
        _row("{with_a_strong_model[judged]} of {with_a_strong_model[published]} ideas of a strong model, {with_a_strong_model[episodes]} episodes of {with_a_strong_model[shows]} shows that nothing was learned from", "judged/insights", "{with_a_strong_model[stand_alone]:.0%} stand alone, {with_a_strong_model[worth_reading]:.0%} are worth reading, {with_a_strong_model[should_not_be_printed]:.0%} should not be printed; {with_a_strong_model[faithful]:.0%} are what the speaker holds"),
        _row("the best 24 of them by their stored quality", "judged/insights", "{with_a_strong_model[best_24_by_quality_worth_reading]} are worth reading"),
        _row("{with_a_strong_model[ideas_picked_beforehand]} ideas picked beforehand, covered with a strong model", "judged/insights", "{with_a_strong_model[of_them_covered]:.0%}; without a model {without_a_model[of_them_covered]:.0%}"),
        _row("tokens of an episode of {with_a_strong_model[words_an_episode]:,} words", "judged/insights", "{with_a_strong_model[tokens_in_an_episode]:,} in, {with_a_strong_model[tokens_out_an_episode]:,} out"),
        _row("tokens of a word of an episode under the present prompts", "judged/insights", "{tokens_under_present_prompts[six_episodes][a_word]} in, {tokens_under_present_prompts[six_episodes][a_word_out]} out; of four short ones {tokens_under_present_prompts[four_short_episodes][a_word]} and {tokens_under_present_prompts[four_short_episodes][a_word_out]}"),
        _row("ideas of a strong model under later prompts, {both_at_the_floor[episodes]} episodes", "judged/insights", "{both_at_the_floor[at_05][published]} printed, {both_at_the_floor[at_05][worth_reading]:.0%} worth reading ({both_at_the_floor[at_05][worth_reading_second_rater]:.0%} by a second rater); of 60 ideas picked beforehand {both_at_the_floor[at_05][of_picked_covered]:.0%} are covered"),
        _row("the same of {with_a_strong_model_fourth[episodes]} further episodes, on which nothing was chosen", "judged/insights", "{with_a_strong_model_fourth[published]} printed, {with_a_strong_model_fourth[worth_reading]} worth reading ({with_a_strong_model_fourth[worth_reading_second_rater]} by a second rater), all stand alone and are faithful; of {with_a_strong_model_fourth[ideas_picked_beforehand]} ideas picked beforehand {with_a_strong_model_fourth[of_them_covered]:.0%} are covered; {with_a_strong_model_fourth[a_word]} tokens in and {with_a_strong_model_fourth[a_word_out]} out a word"),
        _row("the same of {with_a_strong_model_fifth[episodes]} further episodes, life stories among them, ranked by the encoder", "judged/insights", "{with_a_strong_model_fifth[by_the_encoder][at_04][published]} of {with_a_strong_model_fifth[drafts]} drafts printed, {with_a_strong_model_fifth[by_the_encoder][at_04][worth_reading][0]} and {with_a_strong_model_fifth[by_the_encoder][at_04][worth_reading][1]} worth reading, {with_a_strong_model_fifth[by_the_encoder][at_04][stand_alone][0]} stand alone, all are faithful; of {with_a_strong_model_fifth[ideas_picked_beforehand]} ideas picked beforehand {with_a_strong_model_fifth[by_the_encoder][at_04][of_picked_covered]:.0%} are covered; two weights and the floor were chosen on these; ranked by counted words {with_a_strong_model_fifth[by_counted_words_at_05][published]}, {with_a_strong_model_fifth[by_counted_words_at_05][worth_reading][0]} and {with_a_strong_model_fifth[by_counted_words_at_05][worth_reading][1]}, {with_a_strong_model_fifth[by_counted_words_at_05][of_picked_covered]:.0%}"),
        _row("the same of {with_a_strong_model_sixth[episodes]} further episodes, ranked by the word of the check", "judged/insights", "{with_a_strong_model_sixth[as_run][printed]} of {with_a_strong_model_sixth[drafts]} drafts printed, {with_a_strong_model_sixth[as_run][worth_reading][0]} and {with_a_strong_model_sixth[as_run][worth_reading][1]} worth reading ({with_a_strong_model_sixth[as_run][worth_reading_share]:.0%}), {with_a_strong_model_sixth[as_run][stand_alone][0]} stand alone, all are faithful; of {with_a_strong_model_sixth[ideas_picked_beforehand]} ideas picked beforehand {with_a_strong_model_sixth[as_run][of_picked_covered]:.0%} are covered; with the floor of today, chosen on these, {with_a_strong_model_sixth[as_chosen_afterwards][printed]}, {with_a_strong_model_sixth[as_chosen_afterwards][worth_reading_share]:.0%}, {with_a_strong_model_sixth[as_chosen_afterwards][of_picked_covered]:.0%}"),
        _row("the same of {with_a_strong_model_seventh[episodes]} more, on which nothing was chosen", "judged/insights", "{with_a_strong_model_seventh[printed]} printed, {with_a_strong_model_seventh[worth_reading][0]} and {with_a_strong_model_seventh[worth_reading][1]} worth reading ({with_a_strong_model_seventh[worth_reading_share]:.0%}), {with_a_strong_model_seventh[stand_alone][0]} stand alone, {with_a_strong_model_seventh[faithful][0]} are faithful; of {with_a_strong_model_seventh[ideas_picked_beforehand]} ideas picked beforehand {with_a_strong_model_seventh[of_picked_covered]:.0%} are covered; {with_a_strong_model_seventh[a_word]} tokens in and {with_a_strong_model_seventh[a_word_out]} out a word"),
        _row("what ranks {with_a_strong_model_sixth[auc][drafts]} of those drafts: area under the curve", "judged/insights", "{with_a_strong_model_sixth[auc][quality]} (the word of the check alone {with_a_strong_model_sixth[auc][the_checks_word]}, place and rating {with_a_strong_model_sixth[auc][promise]}); the writer's word on other 138 {with_a_strong_model_sixth[on_the_138_before][the_writers_word]}"),
        _row("what is found without a model in the first 24 episodes", "judged/insights", "{without_a_model[published]} ideas, none in {without_a_model[episodes_with_none]} of {without_a_model[episodes]}"),
        _row("judged among spoken sentences only", "judged/insights", "{without_a_model[mixed_with_those_of_before][stand_alone]:.0%} stand alone, {without_a_model[mixed_with_those_of_before][worth_reading]:.0%} are worth reading, {without_a_model[mixed_with_those_of_before][should_not_be_printed]:.0%} should not be printed; single sentences, as before, {without_a_model_before[stand_alone]:.0%}, {without_a_model_before[worth_reading]:.0%}, {without_a_model_before[should_not_be_printed]:.0%}"),
        _row("judged among written ideas", "judged/insights", "{without_a_model[mixed_with_written_ones][stand_alone]:.0%}, {without_a_model[mixed_with_written_ones][worth_reading]:.0%}, {without_a_model[mixed_with_written_ones][should_not_be_printed]:.0%}"),
        _row("{spans:,} spans near the decision, of {shows} shows that what ranks them has not seen", "judged/worth-encoder", "average precision {both[average_precision]:.3f} with the encoder that was trained on labels, {words[average_precision]:.3f} by counted words; standing alone, area under the curve {stand_alone_auc[encoder]:.3f} and {stand_alone_auc[words]:.3f}"),
        _row("of them printed, and by counted words", "judged/worth-encoder", "{printed[both_at_025][printed]}, {printed[both_at_025][worth_reading]:.0%} worth reading, {printed[both_at_025][stand_alone]:.0%} alone, in {printed[both_at_025][episodes_with_one]:.0%} of {episodes} episodes; by counted words {printed[words_at_015][printed]}, {printed[words_at_015][worth_reading]:.0%}, {printed[words_at_015][stand_alone]:.0%}, in {printed[words_at_015][episodes_with_one]:.0%}"),
        _row("ideas without a model of {without_a_model_by_a_trained_encoder[episodes]} episodes of {without_a_model_by_a_trained_encoder[shows]} shows that nothing was learned from, judged blind by two raters", "judged/insights", "{without_a_model_by_a_trained_encoder[now][printed]}, worth reading {without_a_model_by_a_trained_encoder[now][worth_reading][0]} and {without_a_model_by_a_trained_encoder[now][worth_reading][1]}, alone {without_a_model_by_a_trained_encoder[now][stand_alone][0]} and {without_a_model_by_a_trained_encoder[now][stand_alone][1]}; by counted words {without_a_model_by_a_trained_encoder[words_alone][printed]}, {without_a_model_by_a_trained_encoder[words_alone][worth_reading]} and {without_a_model_by_a_trained_encoder[words_alone][stand_alone]}"),
        _row("the same of {without_a_model_of_44_episodes[episodes]} further episodes of {without_a_model_of_44_episodes[shows]} shows", "judged/insights", "{without_a_model_of_44_episodes[printed]}, worth reading {without_a_model_of_44_episodes[worth_reading][0]} and {without_a_model_of_44_episodes[worth_reading][1]}, alone {without_a_model_of_44_episodes[stand_alone][0]} and {without_a_model_of_44_episodes[stand_alone][1]}, nothing in {without_a_model_of_44_episodes[episodes_with_none]} episodes; of {without_a_model_of_44_episodes[covered][ideas_picked_beforehand]} ideas picked beforehand of {without_a_model_of_44_episodes[covered][episodes]} episodes {without_a_model_of_44_episodes[covered][of_them_covered]:.0%} are covered"),
        _row("spoiled drafts that code and checking model let through, of {sizes[drafts]} each", "eval/insights-mutations", _spoiled),
        _row("key points of {sizes[episodes reported on]} episodes, as their hosts wrote them, covered without a model", "eval/insights-python-bytes", "{runs[insights][key points covered by both][value]:.0%}; the first sentences {runs[first sentences][key points covered by both][value]:.0%}, random ones {runs[random sentences][key points covered by both][value]:.0%}"),
    ),
)  # fmt: skip

SECTIONS = (_SPEED, _PROMISES, _HEARD, _ASKED, _READERS, _INSIGHTS)
"""The tables of the page, in its order."""
