"""The only module that knows all vendors."""

from collections.abc import Mapping
from typing import Final

from doubleentry.dialects import built, codat, sync2books
from doubleentry.dialects.base import Dialect

DIALECTS: Final[Mapping[str, Dialect]] = {
    dialect.name: dialect for dialect in (codat.DIALECT, sync2books.DIALECT, built.DIALECT)
}
"""By name, in the order in which they are listed to people."""
