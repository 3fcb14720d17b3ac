import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubleentry.engine.pages import Page, PageRequest, cut


@given(st.lists(st.integers(), max_size=50), st.integers(1, 20))
def test_the_pages_together_are_the_rows(rows, size):
    pages = [cut(rows, PageRequest(number, size)) for number in range(1, len(rows) + 2)]

    assert [row for page in pages for row in page.items] == rows
    assert all(page.total == len(rows) and len(page.items) <= size for page in pages)
    assert [page.has_next for page in pages] == [len(rows) > page.request.offset + size for page in pages]


@pytest.mark.parametrize(("number", "offset"), [(1, 0), (2, 100), (3, 200)])
def test_a_page_of_a_hundred_is_the_default(number, offset):
    assert PageRequest(number).offset == offset


def test_a_page_beyond_the_end_is_empty():
    assert cut([1, 2, 3], PageRequest(9, 2)) == Page([], 3, PageRequest(9, 2))
