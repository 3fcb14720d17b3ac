"""How a sync's status and its rows are held against what they should be, whole and in order."""

import re

from tests.dialects.codat.caller import XERO

STARTED_AT = "2023-05-03T12:57:58.9576090Z"
"""When a sync begins to run that is started as a test begins, at the default pace."""
AT_ONCE = "2023-05-03T12:57:58.7576090Z"

GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


class Downstream:
    """Equals a text of the accounting platform as Codat passes it on, whatever the correlation id.

    Attributes:
        correlations: The ids that were seen.
    """

    def __init__(self, text):
        self._pattern = re.compile(
            rf"An error occurred in a downstream service\. Correlation ID: ({GUID})\. Message:  {re.escape(text)}"
        )
        self.correlations = []

    def __eq__(self, other):
        found = self._pattern.fullmatch(other)
        self.correlations += [found[1]] if found else []
        return bool(found)

    __hash__ = None

    def __repr__(self):
        return self._pattern.pattern


def assert_status(  # noqa: PLR0913 - the members of the object
    codat, sync, code, word, error="", *, exception=None, at=STARTED_AT, pushed=False, company=XERO
):
    """Hold a sync's status against what it should be, member by member; one text stands in both messages."""
    shown = codat.status(sync, company)

    expected = {
        "companyId": company,
        "syncId": sync,
        "syncStatusCode": code,
        "syncStatus": word,
        "errorMessage": error,
        "syncExceptionMessage": error if exception is None else exception,
        "syncUtc": at,
        "dataPushed": pushed,
    }
    assert shown == expected
    assert list(shown) == list(expected)


def row(transaction, status="Completed", message=None):
    """Return the row of a transaction: its message only where there is one."""
    told = {} if message is None else {"message": message}
    return {"transactionId": transaction["id"], "status": status, **told, "integrationType": "expense"}


def assert_rows(codat, sync, *rows, company=XERO):
    """Hold all rows of a sync against what they should be, the order of members included."""
    shown = codat.transactions(sync, company)

    assert shown == list(rows)
    assert [list(each) for each in shown] == [list(each) for each in rows]
