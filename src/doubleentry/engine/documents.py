"""The one JSON codec: documents in and out of bytes, structs in and out of documents.

Numbers with a fraction or an exponent are ``decimal.Decimal`` on the way in and print as they were on the way out, so
that an amount is never rounded by a binary float.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

Document = dict[str, Any]
"""A JSON object; what a store keeps."""

T = TypeVar("T")

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


class NotJson(ValueError):
    """The text is not one JSON value in UTF-8 (also: NaN, a lone surrogate, nesting too deep to read)."""


def encode(value: object) -> bytes:
    """Return a value as compact JSON in UTF-8, keys in the order given."""
    return _encoder.encode(value)


def decode(text: bytes | str) -> Any:  # noqa: ANN401 - JSON is whatever was sent
    """Read one JSON value.

    Raises:
        NotJson: The text cannot be read as JSON.
    """
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError, ArithmeticError) as error:
        raise NotJson(str(error)) from error


def to_document(value: object) -> Document:
    """Return a struct as a document: instants as ISO 8601 text, decimals kept exact."""
    document: Document = msgspec.to_builtins(value, builtin_types=(Decimal,))
    return document


def from_document(document: Document, kind: type[T]) -> T:
    """Return the struct that ``to_document`` was given."""
    return msgspec.convert(document, kind)


@lru_cache(maxsize=4096)
def from_text(text: bytes, kind: type[T]) -> T:
    """Return the struct whose document has that text: the same one for the same text, so nothing in it may change."""
    return msgspec.json.decode(text, type=kind)


def freeze_scalars(document: Mapping[str, Any]) -> dict[str, str | int | bool | None]:
    """Return the top-level members that a search may compare: text, whole numbers, booleans and null."""
    return {name: value for name, value in document.items() if value is None or isinstance(value, (str, int))}


def at_pointer(value: Any, pointer: str) -> Any:  # noqa: ANN401 - JSON is whatever was sent
    """Return what a JSON pointer (RFC 6901) names, or None where it names nothing."""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, Sequence) and not isinstance(value, str) and name in map(str, range(len(value))):
            value = value[int(name)]
        else:
            return None
    return value


def same(one: object, other: object) -> bool:
    """Whether two JSON values are equal as JSON has it: 1 and 1.0 are, true and 1 are not.

    However deep they are: whatever could be read can be compared.
    """
    pairs = [(one, other)]
    while pairs:
        one, other = pairs.pop()
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            if one.keys() != other.keys():
                return False
            pairs += [(one[name], other[name]) for name in one]
        elif isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
            if len(one) != len(other):
                return False
            pairs += zip(one, other, strict=True)
        elif isinstance(one, bool) != isinstance(other, bool) or one != other:
            return False
    return True


def is_deeper(value: object, levels: int) -> bool:
    """Whether objects and arrays are in each other deeper than so many levels."""
    opened = [value]
    for _ in range(levels):
        inner = [each.values() if isinstance(each, dict) else each for each in opened if isinstance(each, dict | list)]
        if not inner:
            return False
        opened = [each for values in inner for each in values]
    return any(isinstance(each, dict | list) for each in opened)
