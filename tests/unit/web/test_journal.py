"""The ring of exchanges: bounded by count and by bytes."""

import pytest

from doubleentry.web.journal import KEPT_BODY, Exchange, Journal, redacted

FACTS = {
    "at": "2022-08-03T01:30:09+00:00",
    "surface": "codat",
    "method": "GET",
    "path": "/companies",
    "query": "",
    "headers": {},
}


def keep(journal, **facts):
    exchange = journal.open(**{**FACTS, **facts})
    journal.close(exchange)
    return exchange


def ids(journal, *arguments):
    return [each.id for each in journal.search(*arguments)]


def test_exchanges_are_numbered_from_one_in_the_order_in_which_they_began():
    journal = Journal()

    first, second = journal.open(**FACTS), journal.open(**FACTS)
    journal.close(second)
    journal.close(first)

    assert (first.id, second.id) == (1, 2)
    assert ids(journal) == [2, 1]


def test_an_exchange_that_is_not_finished_is_not_shown():
    journal = Journal()
    journal.open(**FACTS)

    assert journal.search() == []


def test_the_oldest_go_when_there_are_too_many_and_are_counted():
    journal = Journal(most=3)

    for _ in range(5):
        keep(journal)

    assert (ids(journal), journal.dropped) == ([3, 4, 5], 2)


@pytest.mark.parametrize("member", ["body", "answer", "path", "query"])
def test_the_oldest_go_when_they_hold_too_much(member):
    journal = Journal(most_bytes=10_000)

    for _ in range(5):
        keep(journal, **{member: "x" * 4_000})

    assert (ids(journal), journal.dropped) == ([4, 5], 3)


def test_headers_count_too():
    journal = Journal(most_bytes=10_000)

    for _ in range(5):
        keep(journal, headers={"X-Long": "x" * 4_000})

    assert ids(journal) == [4, 5]


def test_the_newest_is_kept_however_large():
    journal = Journal(most_bytes=10)

    keep(journal)
    keep(journal, body="x" * 1_000)

    assert (ids(journal), journal.dropped) == ([2], 1)


@pytest.mark.parametrize(("size", "dropped"), [(KEPT_BODY, False), (KEPT_BODY + 1, True)])
def test_a_body_is_kept_up_to_a_size(size, dropped):
    exchange = keep(Journal(), body="x" * size, answer="x" * size)

    assert (len(exchange.body), len(exchange.answer), exchange.dropped) == (KEPT_BODY, KEPT_BODY, dropped)


def test_a_search_shows_what_is_wanted_and_with_a_limit_the_newest():
    journal = Journal()
    for path in ("/a", "/b", "/a", "/a"):
        keep(journal, path=path)

    assert ids(journal, lambda each: each.path == "/a") == [1, 3, 4]
    assert ids(journal, lambda each: each.path == "/a", 2) == [3, 4]
    assert ids(journal, lambda _: False) == []


def test_clearing_starts_again_at_one():
    journal = Journal(most=1)
    keep(journal)
    keep(journal)

    journal.clear()

    assert (journal.search(), journal.dropped, keep(journal).id) == ([], 0, 1)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Basic Y29kYXQtZGVtbw==", "Basic ***bw=="),
        ("Bearer 123456789", "Bearer ***6789"),
        ("12345678", "***"),
        ("Digest username=a, response=secret", "Digest ***cret"),
        ("Bearer first-secret, Bearer second-secret", "Bearer ***cret"),
        ("first-secret second-secret", "***cret"),
        ("", "***"),
    ],
)
def test_a_secret_shows_its_scheme_and_at_most_its_end(value, shown):
    assert redacted({"AUTHORIZATION": value, "Accept": value}) == {"AUTHORIZATION": shown, "Accept": value}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('{"id": 1, "secret": "whsec_123456", "name": "a"}', '{"id": 1, "secret": "***3456", "name": "a"}'),
        ('{"clientSecret":"a \\"quoted\\" one","apiKey":"short"}', '{"clientSecret":"***","apiKey":"***"}'),
        ('{"access_token":"123456789', '{"access_token":"***6789'),
        (
            '{"syncToken":"0","tokens":["a"],"platformKey":"gbol"}',
            '{"syncToken":"0","tokens":["a"],"platformKey":"gbol"}',
        ),
        ("page=2&api_token=built-demo-key&x=1", "page=2&api_token=***-key&x=1"),
        ("PASSWORD=correct-horse", "PASSWORD=***orse"),
        ("secretary=Ann&a=token", "secretary=Ann&a=token"),
    ],
)
def test_what_its_name_tells_to_be_a_secret_is_unreadable(text, kept):
    journal = Journal()
    keep(journal, query=text, body=text, answer=text)

    (exchange,) = journal.search()

    assert (exchange.query, exchange.body, exchange.answer) == (kept, kept, kept)


def test_nobody_finds_a_secret_by_looking_for_it():
    journal = Journal()
    keep(journal, body='{"password":"correct-horse"}')

    assert journal.search(lambda exchange: "correct" in exchange.body) == []


def test_what_is_kept_is_counted_as_it_is_however_often_it_was_looked_at():
    journal = Journal(most_bytes=10_000)
    for _ in range(100):
        keep(journal, body='{"password":"' + "x" * 4_000 + '"}')
        journal.search()

    # The newest came with 4,500; each that is before it takes little more than 500 now.
    assert len(ids(journal)) == 1 + (10_000 - 4_500) // 540


def test_an_exchange_without_an_operation_is_unmatched():
    facts = {"id": 1, **FACTS}

    assert Exchange(**facts).document()["unmatched"] is True
    assert Exchange(**facts, operation="list-companies").document()["unmatched"] is False
