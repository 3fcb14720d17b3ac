"""Which texts PHP reads as a full calendar date, and which day they mean.

PHP reads a text from left to right: of its forms the one that takes most at each place, of equals the first. A text has
at most one date and one time, in any order, and what is no form is no date at all. Here are its forms for dates, times,
zones and single words; texts that count from now (``+1 day``, ``first monday of``) are no dates here.

Source: PHP's manual, "Supported Date and Time Formats"; PHP 8.2 itself, 500 texts (observed).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

_HOUR: Final = "(?P<h>2[0-4]|[01]?[0-9])"
_FULL_HOUR: Final = "(?P<h>2[0-4]|[01][0-9])"
_HOUR_OF_12: Final = "(?:1[0-2]|0?[1-9])"
_MINUTE: Final = "[0-5]?[0-9]"
_FULL_MINUTE: Final = "[0-5][0-9]"
_SECOND: Final = "(?:60|[0-5]?[0-9])"
_FULL_SECOND: Final = "(?:60|[0-5][0-9])"
_AM_OR_PM: Final = r"[AaPp]\.?[Mm]\.?(?:[\0\t ]|\Z)"
_TIME: Final = rf"[Tt]?{_HOUR}[:.]{_MINUTE}(?:[:.]{_SECOND}(?:\.[0-9]+)?)?"
_TIME_OF_12: Final = rf"{_HOUR_OF_12}[:.](?:{_MINUTE}[:.]{_FULL_SECOND}|{_FULL_MINUTE})[ \t]*{_AM_OR_PM}"
_OFFSET: Final = (
    rf"(?:GMT)?[+-](?:(?:2[0-4]|[01][0-9])(?::{_FULL_MINUTE}:|{_FULL_MINUTE}){_FULL_SECOND}"
    rf"|(?:2[0-4]|[01]?[0-9])(?::?{_MINUTE})?)"
)
_UNIT: Final = "(?i:(?:sec|second|min|minute|hour|day|weekday|week|fortnight|month|year)s?)"

_YEAR: Final = "(?P<y>[0-9]{1,4})"
_YEAR_OF_2: Final = "(?P<y>[0-9]{2})"
_YEAR_OF_4: Final = "(?P<y>[0-9]{4})"
_MONTH: Final = "(?P<m>1[0-2]|0?[0-9])"
_FULL_MONTH: Final = "(?P<m>1[0-2]|0[0-9])"
_DAY: Final = "(?P<d>3[01]|[0-2]?[0-9])(?:st|nd|rd|th)?"
_FULL_DAY: Final = "(?P<d>3[01]|[0-2][0-9])"
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_SHORT_NAME: Final = rf"(?P<name>(?i:{'|'.join(_MONTHS)}|sept))"
_NAME: Final = (
    r"(?P<name>(?i:january|february|march|april|june|july|august|september|october|november|december|sept|"
    rf"{'|'.join(_MONTHS)})|{'|'.join(sorted(_ROMAN, key=len, reverse=True))})"
)
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY: Final = r"(?i:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tue|wed|thu|fri|sat|sun)"
_GAP: Final = r"[ \t.-]*"
_AFTER_DAY: Final = r"[,.stndrh\t ]"
_NAME_AND_DAY: Final = rf"{_NAME}{_GAP}{_DAY}(?:{_AFTER_DAY}+|\0|\Z)"
_WEEK: Final = "(?P<week>0[1-9]|[1-4][0-9]|5[0-3])"

_FORMS: Final[Sequence[tuple[str, str]]] = (
    ("word", "(?i:yesterday|tomorrow|noon|midnight|today|now)"),
    ("stamp", r"@(?P<stamp>-?[0-9]+)(?:\.[0-9]{0,6})?"),
    ("time", rf"{_HOUR_OF_12}[ \t]*{_AM_OR_PM}"),
    ("time", _TIME_OF_12),
    ("time", rf"{_HOUR_OF_12}:{_FULL_MINUTE}:{_FULL_SECOND}[:.][0-9]+{_AM_OR_PM}"),
    ("time", f"[Tt]{_HOUR}"),
    ("time", _TIME),
    ("time or year", f"[Tt]?(?P<y>{_FULL_HOUR}{_FULL_MINUTE})"),
    ("time", f"[Tt]?{_FULL_HOUR}{_FULL_MINUTE}{_FULL_SECOND}"),
    ("date", f"{_MONTH}/{_DAY}(?:/{_YEAR})?"),
    ("date", f"(?P<sign>[+-]?){_YEAR_OF_4}-{_FULL_MONTH}-{_FULL_DAY}"),
    ("date", f"{_YEAR_OF_4}/{_FULL_MONTH}/{_FULL_DAY}/?"),
    ("date", f"{_YEAR_OF_4}/{_MONTH}/{_DAY}"),
    ("date", f"{_YEAR_OF_2}-{_FULL_MONTH}-{_FULL_DAY}"),
    ("date", f"{_YEAR_OF_4}-{_MONTH}"),
    ("date", f"{_YEAR}-{_MONTH}-{_DAY}"),
    ("date", f"{_DAY}{_GAP}{_NAME}{_GAP}{_YEAR}"),
    ("date", rf"{_DAY}[.\t-]{_MONTH}[.-]{_YEAR_OF_4}"),
    ("date", rf"{_DAY}[.\t]{_MONTH}\.{_YEAR_OF_2}"),
    ("date", f"{_NAME}{_GAP}{_YEAR_OF_4}"),
    ("date", f"{_YEAR_OF_4}{_GAP}{_NAME}"),
    ("date", f"{_NAME}{_GAP}{_DAY}{_AFTER_DAY}+{_YEAR}"),
    ("day", _NAME_AND_DAY),
    ("day", f"{_DAY}{_GAP}{_NAME}"),
    ("date", f"{_YEAR_OF_4}{_FULL_MONTH}{_FULL_DAY}"),
    ("both", f"{_YEAR_OF_4}{_FULL_MONTH}{_FULL_DAY}T{_HOUR}:{_FULL_MINUTE}:{_FULL_SECOND}"),
    ("both", f"{_YEAR_OF_4}{_FULL_MONTH}{_FULL_DAY}[Tt]{_HOUR}{_FULL_MINUTE}{_FULL_SECOND}"),
    ("both", rf"{_YEAR_OF_4}-{_MONTH}-{_DAY}T{_HOUR}:{_MINUTE}:{_SECOND}"),
    (
        "both",
        rf"{_YEAR_OF_4}-{_FULL_MONTH}-{_FULL_DAY}T{_FULL_HOUR}:{_FULL_MINUTE}:{_FULL_SECOND}\.[0-9]+(?:{_OFFSET})?",
    ),
    ("both", f"{_YEAR_OF_4}:{_FULL_MONTH}:{_FULL_DAY} {_FULL_HOUR}:{_FULL_MINUTE}:{_FULL_SECOND}"),
    ("date", f"{_YEAR_OF_4}[.-]?(?P<d>00[1-9]|0[1-9][0-9]|[12][0-9][0-9]|3[0-5][0-9]|36[0-6])"),
    ("week", f"{_YEAR_OF_4}-?W{_WEEK}-?(?P<weekday>[0-7])"),
    ("week", f"{_YEAR_OF_4}-?W{_WEEK}"),
    ("date", f"{_SHORT_NAME}-{_FULL_DAY}-{_YEAR}"),
    ("date", f"{_YEAR}-{_SHORT_NAME}-{_FULL_DAY}"),
    (
        "both",
        rf"{_DAY}/{_SHORT_NAME}/{_YEAR_OF_4}:{_FULL_HOUR}:{_FULL_MINUTE}:{_FULL_SECOND}[ \t]+{_OFFSET}",
    ),
    ("year", _YEAR_OF_4),
    ("weekday", _WEEKDAY),
    ("month", _NAME),
    ("zone", rf"{_OFFSET}|\(?[A-Za-z]{{1,6}}\)?"),
    ("zone", "[A-Z][a-z]+(?:[_/-][A-Za-z]+)+"),
    ("day and time", rf"{_NAME_AND_DAY}(?:{_TIME_OF_12}|{_TIME}(?:[ \t]*(?:{_OFFSET}|[A-Za-z]{{1,6}}))?)"),
    ("none", rf"[+-]*[ \t]*[0-9]{{1,13}}[ \t]*{_UNIT}"),
    ("none", f"[+-][0-9]{{5,19}}-{_FULL_MONTH}-{_FULL_DAY}"),
    ("gap", r"[ .,\t\0\n]"),
)
"""What a form gives, and how it looks; in the order in which PHP prefers them."""

_ABBREVIATIONS: Final = """
    acdt acst addt adt aedt aest ahdt ahst akdt akst amt apt ast awdt awst awt bdst bdt bmt bst cast cat cddt cdt
    cemt cest cet cmt cpt cst cwt chst dmt eat eddt edt eest eet emt ept est ewt ffmt fmt gdt gmt gst hdt hkst hkt
    hmt hpt hst hwt iddt idt imt ist jdt jmt jst kdt kmt kst lst mddt mdst mdt mest met mmt mpt msd msk mst mwt nddt
    ndt npt nst nwt nzdt nzmt nzst pddt pdt pkst pkt plmt pmt ppmt ppt pst pwt qmt rmt sast sdmt sjmt smt sst tbmt
    tmt uct utc wast wat wemt west wet wib wita wit wmt yddt ydt ypt yst ywt zulu gb japan cuba egypt eire iran
    israel libya navajo nz poland prc roc rok turkey a b c d e f g h i k l m n o p q r s t u v w x y z
"""
_ZONES: Final = frozenset(_ABBREVIATIONS.split())
_REGIONS: Final = frozenset(
    {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Etc", "Europe", "Indian", "Pacific"}
)
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_EPOCH: Final = date(1970, 1, 1)
_SPACES: Final = " \t\n\v\f\r"
_CENTURY: Final = 70
_MOST_ZONES: Final = 2
LONGEST: Final = 100
"""No date takes more characters; patterns would look at more for long."""


def parsed(text: str) -> date | None:
    """Return the day that a text means; None where it is no full date, or one that no calendar has."""
    text = text.strip(_SPACES)
    if len(text) > LONGEST:
        return None
    plain = _ISO.fullmatch(text)
    if plain is not None:
        return _on(*map(int, plain.groups()))
    reading, at = _Reading(), 0
    while at < len(text):
        kind, found = _longest(text, at)
        if found is None or not _TAKES[kind](reading, found):
            return None
        at = found.end()
    return reading.day()


def _longest(text: str, at: int) -> tuple[str, re.Match[str] | None]:
    best: tuple[str, re.Match[str] | None] = ("", None)
    end = at
    for kind, form in _compiled():
        found = form.match(text, at)
        if found is not None and found.end() > end:
            best, end = (kind, found), found.end()
    return best


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the forms, compiled when they are first needed: a server that starts needs none."""
    return tuple((kind, re.compile(form, re.ASCII)) for kind, form in _FORMS)


def _on(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


class _Reading:
    """What has been read of a text. Each form says whether it may stand where it does."""

    def __init__(self) -> None:
        self._year: int | None = None
        self._month: int | None = None
        self._day: int | None = None
        self._weekday: int | None = None
        self._shift = 0
        self._dates = self._times = self._zones = 0

    def day(self) -> date | None:
        """Return the day, if the text had one."""
        found = _on(self._year or 0, self._month or 0, self._day or 0)
        if found is None:
            return None
        try:
            found += timedelta(days=self._shift)
        except OverflowError:
            return None
        return found if self._weekday is None else found + timedelta(days=(self._weekday - found.weekday()) % 7)

    def date(self, found: re.Match[str]) -> bool:
        """Take a date; what has no day means the first, what has no year is none yet."""
        given = found.groupdict()
        self._dates += 1
        month = _month(given)
        self._month = 1 if month is None else month
        self._day = int(given.get("d") or 1)
        if given.get("y"):
            self._year = _year(given["y"])
        return self._dates == 1 and given.get("sign") != "-"

    def date_and_time(self, found: re.Match[str]) -> bool:
        """Take both."""
        return self.date(found) and self.time(found)

    def month(self, found: re.Match[str]) -> bool:
        """Take a month, without a day."""
        self._dates += 1
        self._month = _month(found.groupdict())
        return self._dates == 1

    def week(self, found: re.Match[str]) -> bool:
        """Take a day of a week of a year; such a week is told from the year's first day."""
        year = int(found["y"])
        self._dates += 1
        self._year, self._month, self._day = year, 1, 1
        days = int(found.groupdict().get("weekday") or 1) - 1 + 7 * (int(found["week"]) - 1)
        if year:
            self._shift = (date.fromisocalendar(year, 1, 1) - date(year, 1, 1)).days + days
        return self._dates == 1

    def year(self, found: re.Match[str]) -> bool:
        """Take a year alone."""
        self._year = int(found["y"])
        return True

    def time(self, found: re.Match[str]) -> bool:
        """Take a time of a day, whose end is the beginning of the next."""
        self._times += 1
        self._shift += found.groupdict().get("h") == "24"
        return self._times == 1

    def time_or_year(self, found: re.Match[str]) -> bool:
        """Take four digits: a time, and after one a year."""
        if self._times:
            self._year = int(found["y"])
        else:
            self._shift += found["h"] == "24"
        self._times += 1
        return self._times <= 2  # noqa: PLR2004 - a time, and a year that counts as one

    def stamp(self, found: re.Match[str]) -> bool:
        """Take seconds since 1970."""
        self._dates = self._times = 0
        self._year, self._month, self._day = _EPOCH.year, _EPOCH.month, _EPOCH.day
        self._shift = int(found["stamp"]) // 86_400
        return self._in_a_zone()

    def zone(self, found: re.Match[str]) -> bool:
        """Take a zone; a second one is passed over, whatever it is called."""
        if self._zones:
            return self._in_a_zone()
        name = found[0].strip("()")
        known = name[0] in "+-" or name[-1].isdigit() or name.lower() in _ZONES or name.partition("/")[0] in _REGIONS
        return known and self._in_a_zone()

    def weekday(self, found: re.Match[str]) -> bool:
        """Take a weekday: the date's own, or the next one that is."""
        self._times = 0
        self._weekday = _WEEKDAYS.index(found[0][:3].lower())
        return True

    def word(self, found: re.Match[str]) -> bool:
        """Take a word for a time or a day, which moves the date."""
        word = found[0].lower()
        if word != "now":
            self._times = int(word == "noon")
        self._shift = {"yesterday": -1, "tomorrow": 1}.get(word, self._shift)
        return True

    def none(self, found: re.Match[str]) -> bool:
        """Refuse what counts from a day, and years that no calendar of ours has."""
        del found
        return False

    def gap(self, found: re.Match[str]) -> bool:
        """Take nothing."""
        del found
        return True

    def _in_a_zone(self) -> bool:
        self._zones += 1
        return self._zones <= _MOST_ZONES


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4 or year >= 100:  # noqa: PLR2004 - digits; years of two are in one of two centuries
        return year
    return year + (2000 if year < _CENTURY else 1900)


def _month(given: Mapping[str, Any]) -> int | None:
    name = given.get("name")
    if name is None:
        return int(given["m"]) if given.get("m") else None
    return _ROMAN.index(name) + 1 if name in _ROMAN else _MONTHS.index(name[:3].lower()) + 1


_TAKES: Final[Mapping[str, Callable[[_Reading, re.Match[str]], bool]]] = {
    "date": _Reading.date,
    "day": _Reading.date,
    "both": _Reading.date_and_time,
    "day and time": _Reading.date_and_time,
    "month": _Reading.month,
    "week": _Reading.week,
    "year": _Reading.year,
    "time": _Reading.time,
    "time or year": _Reading.time_or_year,
    "stamp": _Reading.stamp,
    "zone": _Reading.zone,
    "weekday": _Reading.weekday,
    "word": _Reading.word,
    "none": _Reading.none,
    "gap": _Reading.gap,
}
"""What a form gives → how it is taken."""
