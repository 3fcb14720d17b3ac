"""What the vendor documents beside expenses, and is not emulated: each answers 501 in our envelope."""

from typing import Final

from doubleentry.web.surface import Gap

GAPS: Final[tuple[Gap, ...]] = ()
