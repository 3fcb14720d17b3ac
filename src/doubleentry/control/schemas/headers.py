"""Headers: which names there are, and what an answer can be told to have."""

from typing import Any, Final

from marshmallow import fields

from doubleentry.control.schemas.base import names, told
from doubleentry.web.fields import Matches, Text

TOKEN: Final = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$"  # noqa: S105 - the word of RFC 9110 for a header's name
HEADER_VALUE: Final = r"^(?:[!-~](?:[ -~]{0,998}[!-~])?)?$"

# These frame the message; the server sets them itself.
_FRAMING: Final = (
    "connection",
    "content-length",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "trailers",
    "transfer-encoding",
    "upgrade",
)


def _in_any_case(word: str) -> str:
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in word)


SETTABLE: Final = rf"^(?!(?:{'|'.join(map(_in_any_case, _FRAMING))})$){TOKEN.removeprefix('^')}"


def of_an_answer(description: str, **more: Any) -> fields.Dict:  # noqa: ANN401 - whatever the document is to say
    """Return a field of headers that an answer can have beside those that frame it."""
    return fields.Dict(
        keys=Text(validate=Matches(SETTABLE)),
        values=Text(validate=Matches(HEADER_VALUE)),
        metadata=told(description, **names(SETTABLE), **more),
    )
