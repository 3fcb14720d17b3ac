"""How Codat prints instants."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from doubleentry.dialects.codat.wire import filled_up, parsed, ticks
from tests.dialects.codat.caller import XERO, books_of, expenses


def test_an_instant_has_seven_digits_and_a_z():
    assert ticks(datetime(2022, 8, 3, 1, 30, 9, 79721, UTC)) == "2022-08-03T01:30:09.0797210Z"
    assert ticks(datetime(2022, 8, 3, 1, 30, 9, 0, UTC)) == "2022-08-03T01:30:09.0000000Z"


def test_what_was_printed_is_read_to_the_sixth_digit():
    assert parsed("2022-08-03T01:30:09.0797213Z") == datetime(2022, 8, 3, 1, 30, 9, 79721, UTC)
    assert parsed("2022-08-03T03:30:09+02:00") == datetime(2022, 8, 3, 3, 30, 9, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2022-08-03T01:30:09.079721Z", "2022-08-03T01:30:09.0797210Z"),
        ("2022-08-03T01:30:09.5+02:00", "2022-08-03T01:30:09.5000000+02:00"),
        ("2022-08-03T01:30:09.0797213Z", "2022-08-03T01:30:09.0797213Z"),
        ("2022-08-03T01:30:09Z", "2022-08-03T01:30:09Z"),
        ("2022-08-03", "2022-08-03"),
    ],
)
def test_a_fraction_is_filled_up_to_seven_digits(text, printed):
    assert filled_up(text) == printed


def test_instants_of_a_scenario_are_printed_as_all_others(codat):
    company = codat.ok("GET", f"/companies/{XERO}")
    connection = codat.ok("GET", f"/companies/{XERO}/connections/{books_of(XERO)}")
    status = codat.ok("GET", f"{expenses(XERO)}/syncs/latest/status")

    instants = [company["created"], connection["created"], connection["lastSync"], status["syncUtc"]]
    assert [each[-9:] for each in instants] == [".7576090Z"] * 4
