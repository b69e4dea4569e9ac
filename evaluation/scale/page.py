"""docs/scale.md, made from evaluation/results/scale.json and from nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaluation.scale.costs import RESULTS

__all__ = ["scale_page"]

_TEXT = """# A million episodes

What the whole of podcasting would take: {world[backlog]:,} episodes at the beginning and {world[new_a_day]:,} new ones a day. Made by
`make format` from [scale.json](../evaluation/results/scale.json), which `python -m evaluation.scale.plan` writes from the other
files of results; nobody has run Earmark at this size. *Measured* is what was measured here, on {machine[cores]} cores shared with other
work; *cited* has its source; *assumed* is neither. A core is one that a virtual machine is sold with.

## What comes in

| what | value | |
| --- | --- | --- |
| new episodes a day | {world[new_a_day]:,} | cited: the counts of the Podcast Index, 2026 |
| shows with an episode in thirty days | {world[active_shows]:,} | cited: the same |
| mean length | {minutes:.0f} minutes | assumed; the median was 38 in Daniel J. Lewis's Podcast Industry Insights of 2021 |
| bytes of audio | {world[audio_bytes_per_s]:,.0f} a second | assumed: 128 kbit/s |
| episodes with a transcript in their feed | {transcribed:.0f} % | assumed |
| when they come | two waves a day | assumed: mornings in Europe and in America |
| a core for an hour | ${prices[core_hour]} | cited: $0.34 for the 8 vCPU of a c5.2xlarge on demand, in the examples of Amazon's guide to EC2 Auto Scaling; $0.18 as spot |
| a million tokens, in and out | ${prices[million_tokens_in]:.2f} and ${prices[million_tokens_out]:.2f} | cited: OpenAI's list for GPT-4.1 mini, 2026; half of it in batches |

## What an episode costs

| what | value | measured by, on |
| --- | --- | --- |
| speech | {costs[speech_core_s]:.3f} core seconds for a second of audio | `make trust` ([speech](../evaluation/results/trust/speech.json)), {days[speech]} |
| all else, without a language model | {costs[reading_core_s]:.1f} core seconds | `make campaign` ([54 episodes](../evaluation/results/campaign.json)): wall time of both cores, {days[reading]} |
| **together** | **{an_episode[core_s]:,.0f} core seconds, ${dollars[cores_an_episode]:.4f}**; speech is {speech:.0f} % of it | |
| passages and insights | {costs[passages]:.0f} and {costs[insights]:.0f} | the same, {days[contents]}; insights by the code of that day |
| catalog | {an_episode[catalog_kib]:,} KiB: {costs[text_bytes_per_word]:.0f} bytes a word, {costs[bytes_per_vector]:,.0f} a vector | the pages of a SQLite catalog, that of the sample library, {days[catalog]} |
| index on disk, with its graph | {an_episode[index_kib]:,} KiB: {costs[index_bytes_per_point]:,.0f} bytes a passage | `make bench` ([100,000 points](../evaluation/results/bench.json)), {days[index]} |
| a language model, for an episode of {world[words]:,} words | {an_episode[tokens_in]:,} tokens in, {an_episode[tokens_out]:,} out: ${dollars[tokens_an_episode]:.4f} | {costs[tokens_in_a_word]} in and {costs[tokens_out_a_word]} out a word of [six episodes](../evaluation/results/judged/insights.json), {days[tokens]} |

## What it adds up to

| what | a day | the first million |
| --- | --- | --- |
| processor | {a_day[cores]:,} cores that never rest | {the_backlog[core_days]:,} core days, ${dollars[backlog_cores]:,.0f} |
| audio fetched | {a_day[audio_tib]} TiB, {a_day[mbit_per_s]:,} Mbit/s all day | |
| catalog | {a_day[catalog_gib]} GiB | {the_backlog[catalog_gib]:,} GiB |
| index | {a_day[index_gib]} GiB | {the_backlog[index_gib]:,} GiB, {the_backlog[points_million]} million points, {the_backlog[index_core_h]} core hours to build |
| vectors of eight bits in memory | | {the_backlog[quantised_gib]} GiB |
| language model | {a_day[million_tokens_in]:,} million tokens in, {a_day[million_tokens_out]:,} out; ${dollars[tokens_a_month]:,.0f} a month | ${dollars[backlog_tokens]:,.0f} |

## Machines

{simulated[2][cores]} cores for work, {machines[workers]} machines of {machines[cores_each]}: ${dollars[cores_a_month]:,.0f} a month. Beside them one PostgreSQL with
disks for the catalog and its backups, a Qdrant server of several shards, two machines for feeds and pages. Their prices are not in the sum.

The number of cores is that of a simulated queue: three days, the costs above, lengths spread as a lognormal (σ = {world[spread]}), each core
one episode at a time, first come first served. Of the third day:

| cores | median | 95 of 100 | longest | cores at work | waiting at midnight |
| --- | --- | --- | --- | --- | --- |
{queue}

So {a_day[cores]} cores are enough for the mean and not for a morning. With {simulated[2][cores]}, what is over works the million off in
{the_backlog[days_on_spare_cores]} days; rented for it alone, {the_backlog[core_days]:,} cores do it in a day.

## What breaks first

1. **Speech.** {speech:.0f} of a hundred core seconds. Each percent of episodes that have a transcript in their feed saves about one percent of
   the cores.
2. **SQLite**, at the second machine: one writer at a time, one disk. PostgreSQL takes over (`earmark move`).
3. **The embedded index**, at one machine's memory. It was measured to a million points, without its graph; {the_backlog[points_million]} million want a Qdrant server with
   shards, eight-bit vectors in memory and originals on disk. None was at hand to try.
4. **Looking at feeds.** {world[active_shows]:,} an hour are {a_day[feeds_per_s]} a second. One process was measured at {costs[feeds_per_s]:.0f}, with answers
   after 50 ms that said that nothing is new; the world is slower.
5. **The network**: {a_day[mbit_per_s]:,} Mbit/s all day, and more in the mornings.
6. **The catalog's disk**: {a_day[catalog_gib]} GiB a day, most of it vectors. The settings of `[keep]` let old transcripts go.
7. **Claims** do not break: {a_day[claims_per_s]} a second are needed, and one worker alone claims {a_day[claims_per_s_possible]} a second with 50,000 waiting,
   on a machine that did other work beside. Nor does the log of changes: in 32 bits it would have been full after {a_day[years_to_32_bits]} years; it has 64.

## What the numbers leave out

Costs were measured on few machines of one kind, and on shows in English. Failures, retries and publishers that are slow are in none of them.
The simulation knows one queue and no turns of shows. Related insights, themes and briefs grow with readers rather than with episodes and are
not in the sum.
"""


def scale_page(results: Path = RESULTS) -> str:
    """The page; raises ``KeyError`` where the plan lacks what it tells."""
    plan: Mapping[str, Any] = json.loads((results / "scale.json").read_text("utf-8"))
    rows = [
        f"| {day['cores']} | {_time(day['median_h'])} | {_time(day['p95_h'])} | {_time(day['longest_h'])} "
        f"| {day['busy']:.0%} | {day['waiting_at_the_end']:,} |".replace("%", " %")
        for day in plan["simulated"]
    ]
    return _TEXT.format_map(
        {
            **plan,
            "minutes": plan["world"]["audio_s"] / 60,
            "transcribed": 100 * plan["world"]["transcribed"],
            "speech": 100 * plan["an_episode"]["speech_share"],
            "queue": "\n".join(rows),
        }
    )


def _time(hours: float) -> str:
    """Hours, or minutes where it is less than one."""
    return f"{hours:.1f} h" if hours >= 1 else f"{60 * hours:.0f} min"
