"""Which texts PHP reads as a full calendar date, and which day they mean.

A part of PHP's date parser: the forms that people and programs write. Relative texts (``tomorrow``) are no dates here,
as in the framework's rule. Source: the framework's validator on PHP 8.2, 40 texts (observed); the rest PHP's manual.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DAY: Final = r"(?P<d>[0-2]?[0-9]|3[01])(?:st|nd|rd|th)?"
_ZONE: Final = (
    r"(?:z|utc|gmt|[a-ik-z]|[ecmp][sd]t|bst|cet|cest|eet|eest|wet|west|wat|cat|eat|ist|msk|jst|aest|aedt|nzst|nzdt"
    r"|(?:gmt|utc)?[+-](?:[01]?[0-9]|2[0-4])(?::?[0-5][0-9])?|[a-z]+/[a-z_]+)"
)
_TIME: Final = (
    r"t?(?:(?:[01]?[0-9]|2[0-4]):[0-5]?[0-9](?::(?:[0-5]?[0-9]|60)(?:[.,][0-9]+)?)?"
    r"|(?:0?[1-9]|1[0-2])(?::[0-5]?[0-9](?::[0-5]?[0-9])?)?[ \t]*[ap]\.?m\.?)"
)
_REST: Final = rf"(?:[ \t]*[ \tt]{_TIME}(?:[ \t]*{_ZONE})?|[ \t]+{_ZONE})?"
_WEEKDAY: Final = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[ \t]*,?[ \t]*)?"

_FORMS: Final = (
    r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})",
    r"(?P<y>[0-9]{4})/(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})",
    r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
    r"(?P<d>[0-9]{1,2})[-.\t](?P<m>[0-9]{1,2})[-.](?P<y>[0-9]{4})",
    r"(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>[0-9]{2})",
    r"(?P<y>[0-9]{2})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})",
    r"(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})/(?P<y>[0-9]{4}|[0-9]{2})",
    rf"{_DAY}[ \t.-]*{_MONTH}[ \t.,-]*(?P<y>[0-9]{{4}})",
    rf"{_MONTH}[ \t.-]*{_DAY}[ \t.,]+(?P<y>[0-9]{{4}})",
    rf"(?P<y>[0-9]{{4}})[ \t.-]*{_MONTH}[ \t.-]*{_DAY}",
    rf"{_MONTH}[ \t.-]*(?P<y>[0-9]{{4}})",
    rf"(?P<y>[0-9]{{4}})[ \t.-]*{_MONTH}",
    r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})",
    r"(?P<y>[0-9]{4})-?w(?P<week>[0-9]{2})(?:-?(?P<weekday>[0-7]))?",
    r"(?P<y>[0-9]{4})[.-]?(?P<yearday>[0-9]{3})",
)
_STAMP: Final = re.compile(r"@(-?[0-9]{1,11})(?:\.[0-9]{1,6})?")
_CENTURY: Final = 70
LONGEST: Final = 100
"""No date takes more characters; patterns would look at more for long."""


def parsed(text: str) -> date | None:
    """Return the day that a text means; None where it is no full date, or one that no calendar has."""
    folded = text.strip().lower()
    if len(folded) > LONGEST:
        return None
    stamp = _STAMP.fullmatch(folded)
    if stamp is not None:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(stamp[1]))).date()
    for form in _FORMS:
        match = _compiled(form).fullmatch(folded)
        if match is not None:
            return _day(match.groupdict())
    return None


@cache
def _compiled(form: str) -> re.Pattern[str]:
    """Return the pattern of a form, compiled when it is first needed: a server that starts needs none."""
    return re.compile(_WEEKDAY + form + _REST)


def _day(found: dict[str, str | None]) -> date | None:
    year = int(found["y"] or 0)
    if len(found["y"] or "") == 2:  # noqa: PLR2004 - of two digits
        year += 2000 if year < _CENTURY else 1900
    try:
        if found.get("week"):
            return date.fromisocalendar(year, int(found["week"] or 0), int(found.get("weekday") or 1) or 7)
        if found.get("yearday"):
            return date(year, 1, 1) + timedelta(days=int(found["yearday"] or 0) - 1)
        name = found.get("month")
        month = _MONTHS.index(name[:3]) + 1 if name else int(found.get("m") or 0)
        return date(year, month, int(found.get("d") or 1))
    except (ValueError, OverflowError):
        return None
