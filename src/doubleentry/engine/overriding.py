"""`override` for Python 3.11, which has none: the real one for the type checker, a mark without cost at run time.

`typing_extensions` would add some 10 ms to every start.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

if TYPE_CHECKING:
    from typing_extensions import override as override  # noqa: PLC0414 - re-exported
else:

    def override(method: F) -> F:
        """Mark a method that overrides one of a base class."""
        return method
