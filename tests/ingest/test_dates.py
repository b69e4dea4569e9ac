"""Dates as people write them: every form to the right day, and none to another."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from ingest.dates.inside import day_inside
from ingest.dates.months import month_of
from ingest.dates.order import Order, order_of
from ingest.dates.read import FeedDates, read_date
from ingest.feeds.parse import parse_feed

NOON = "2019-08-17T12:00"
DAY = "2019-08-17T00:00"


def said(text: str, language: str = "") -> str | None:
    moment = read_date(text, language=language)
    return moment.strftime("%Y-%m-%dT%H:%M") if moment else None


@pytest.mark.parametrize(
    "text",
    [
        *("Sat, 17 Aug 2019 12:00:00 GMT", "Sat, 17 Aug 2019 14:00:00 +0200", "17 Aug 19 12:00 UT", "2019-08-17T12:00:00Z"),
        *("2019-08-17T12:00:00.250+00:00", "2019-08-17 12:00", "20190817T120000Z", "20190817120000", "1566043200"),
        *("2019/8/17 12:00", "2019.08.17 12:00:00", "2019:08:17 12:00:00", "2019-229 12:00"),
        *("17/8/2019 12:00", "8/17/2019 12:00 PM", "17.8.2019 12:00 Uhr", "17. 8. 2019 12.00", "12:00 17.08.2019"),
        *("Saturday, August 17, 2019 - 12:00", "Sa, 17.08.2019 - 12:00", "17/Aug/2019:12:00:00 +0000"),
        *("Sat Aug 17 12:00:00 2019", "Sat Aug 17 14:00:00 CEST 2019", "Saturday, 17-Aug-19 12:00:00 GMT"),
        "Sat Aug 17 2019 08:00:00 GMT-0400 (Eastern Daylight Time)",
        *("17 Aug 2019 2:00 PM CEST", "17 Aug 2019 02:00 p.m. +2", "Aug 17th, 2019 at 1pm BST", "17 Aug 2019 9 PM JST"),
        *("17 Aug 2019 14:00 UTC+2", "17 Aug 2019 14:00 GMT +02:00", "17 Aug 2019 13:00 +100", "17 Aug 2019 17:30 +530"),
        *("17 Aug 2019 14:00 Europe/Berlin", "17 Aug 2019 8:00 AM ET", "17 Aug 2019 05:00 (PDT)", "17 Aug 2019 21:30 ACST"),
        *("2019年8月17日 12:00", "2019年8月17日 午後12時00分", "令和元年8月17日 12時00分", "2019년 8월 17일 오후 12:00", "2019. 8. 17. 12:00"),
        *("١٧ أغسطس ٢٠١٩ 12:00", "２０１９年８月１７日１２時００分"),
    ],
)  # fmt: skip
def test_forms(text: str) -> None:
    assert said(text) == NOON


@pytest.mark.parametrize(
    "text",
    [
        *("17. August 2019", "Samstag, den 17. Aug. 2019", "17 août 2019", "sam. 17 aout 2019", "17 de agosto de 2019"),
        *("sábado, 17 de ago. de 2019", "17 agosto 2019", "sab, 17 ago 2019", "17 augustus 2019", "za 17 aug. 2019"),
        *("17 августа 2019 г.", "сб, 17 авг 2019", "17 серпня 2019", "17 sierpnia 2019", "17. srpna 2019", "17. augusta 2019"),
        *("2019. augusztus 17.", "17 august 2019", "lørdag 17. aug. 2019", "17 augusti 2019", "17. elokuuta 2019"),
        *("17 Ağustos 2019", "17 Αυγούστου 2019", "17 באוגוסט 2019", "١٧ أغسطس ٢٠١٩", "17 अगस्त 2019", "১৭ আগস্ট, ২০১৯"),
        *("17 สิงหาคม 2562", "17 ส.ค. 2019", "ngày 17 tháng 8 năm 2019", "17 Agustus 2019", "17 d’agost de 2019"),
        *("2019 m. rugpjūčio 17 d.", "2019. gada 17. augusts", "17 август 2019", "17 აგვისტო 2019", "17 օգոստոսի 2019"),
    ],
)  # fmt: skip
def test_months_of_many_languages(text: str) -> None:
    assert said(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "tomorrow", "yesterday 10:00", "2019", "2019-08", "August 2019", "17 August", "Sat 12:00", "12:00"),
        *("0000-00-00", "Thu, 01 Jan 1970 00:00:00 GMT", "31/06/2019", "29 Feb 2019", "2019-13-01", "99/99/2019", "1398/05/26"),
        *("Episode 17", "17 August 2019 3", "2019-08-17 / 2019-08-24", "17 listopad 2019", "03/04/2019", "03/04/19", "x" * 5_000),
        *("-1", "31.12.9999 24:00", "١", "²", "1" * 400, "9" * 10, "17 tháng 13 2019"),
    ],
)  # fmt: skip
def test_what_is_not_said_is_not_made_up(text: str) -> None:
    assert said(text) is None


@pytest.mark.heavy
def test_no_part_comes_from_the_clock() -> None:
    """Whatever is left out of a date, its year is not that of today."""
    random_ = random.Random(5)
    whole = ["Sat, 17 Aug 2019 12:00:00 +0000", "2019/8/17 12:00:00", "17. August 2019", "2019年8月17日", "17.08.2019"]
    for _ in range(3_000):
        text = list(random_.choice(whole))
        at = random_.randrange(len(text))
        del text[at : at + random_.randint(1, len(text))]
        moment = read_date("".join(text))
        assert moment is None or f"{moment.year % 100:02}" in "".join(text)


def test_a_zone_that_says_nothing_sure_leaves_the_day() -> None:
    assert said("Sat, 17 Aug 2019 12:00:00 IST") == NOON
    assert said("Sat, 17 Aug 2019 12:00:00 +9900") == NOON
    assert said("Sat, 17 Aug 2019 12:00:00 ../../etc/passwd") == NOON


def test_a_time_that_there_is_not_leaves_the_day() -> None:
    assert said("Sat, 17 Aug 2019 25:61:00 GMT") == DAY
    assert said("Fri, 16 Aug 2019 24:00:00 GMT") == DAY


def test_a_name_that_languages_differ_in_is_read_in_that_of_the_feed() -> None:
    assert (said("17 listopada 2019", "pl"), said("17 listopada 2019", "hr-HR")) == (
        "2019-11-17T00:00",
        "2019-10-17T00:00",
    )
    assert (month_of("mar"), month_of("mar", "fi"), month_of("mar", "es")) == (3, 3, 3)


@pytest.mark.parametrize(
    ("texts", "language", "order"),
    [
        (["03/04/2021", "25/04/2021"], "en-us", Order.DAY_FIRST),
        (["03/04/2021", "04/25/2021"], "de", Order.MONTH_FIRST),
        (["13/04/2021", "04/13/2021", "03/04/2021"], "de", None),
        (["01/02/2021", "08/02/2021", "01/03/2021", "08/03/2021"], "", Order.DAY_FIRST),
        (["12/03/2020", "11/12/2020", "11/05/2020", "10/02/2020"], "en", Order.MONTH_FIRST),
        (["03/04/2021"], "en-US", Order.MONTH_FIRST),
        (["03/04/2021"], "en-GB", Order.DAY_FIRST),
        (["03/04/2021"], "fr", Order.DAY_FIRST),
        (["03/04/2021"], "en", None),
        (["03/04/2021"], "", None),
    ],
)
def test_day_and_month_are_told_apart_by_evidence(texts: list[str], language: str, order: Order | None) -> None:
    assert order_of(texts, language) == order


def test_a_feed_settles_its_own_order() -> None:
    items = "".join(f"<item><guid>{day}</guid><pubDate>{day}</pubDate></item>" for day in ("03/04/2021", "25/03/2021"))
    feed = parse_feed(
        f"<rss version='2.0'><channel><title>S</title>{items}</channel></rss>".encode(), url="https://a.example/"
    )
    assert [episode.published for episode in feed.episodes] == [
        datetime(2021, 4, 3, tzinfo=UTC),
        datetime(2021, 3, 25, tzinfo=UTC),
    ]
    dates = FeedDates(["04/25/21", "03/04/21"])
    assert dates.read("03/04/21") == datetime(2021, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day", "rest"),
    [
        ("2024-03-05 talk", "2024-03-05", " talk"), ("talk_20240305", "2024-03-05", "talk_"), ("2024", None, ""),
        ("2024-13-05", None, ""), ("Talk, 5. März 2024", "2024-03-05", "Talk, "), ("talk_5_mars_2024", "2024-03-05", "talk_"),
        ("05.03.2024 Vortrag", "2024-03-05", " Vortrag"), ("2024年3月5日 講演", "2024-03-05", " 講演"), ("25-03-2024", "2024-03-25", ""),
        ("March 5, 2024 talk 12", "2024-03-05", " talk 12"), ("1614956400", None, ""), ("05-03-2024 talk", None, ""),
        ("2024-03-05T10:00:00Z", "2024-03-05", "T10:00:00Z"), ("Episode 12 of 2024", None, ""),
    ],
)  # fmt: skip
def test_days_in_names(text: str, day: str | None, rest: str) -> None:
    inside = day_inside(text)
    assert (inside.day.date().isoformat() if inside else None) == day
    assert inside is None or text[: inside.begin] + text[inside.end :] == rest
