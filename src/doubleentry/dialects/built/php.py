"""What PHP makes of values: numbers in text, blanks, query strings, and its JSON.

Source: PHP 8 as run with the framework that the vendor's answers come from (observed).
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring_ascii
from typing import Any, Final
from urllib.parse import unquote_plus

from doubleentry.engine.documents import NotJson, decode, is_deeper

BLANKS: Final = " \t\n\r\0\x0b"
LARGEST: Final = 2**63 - 1
SMALLEST: Final = -(2**63)

_NUMERIC: Final = re.compile(r"[ \t\n\r\v\f]*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[ \t\n\r\v\f]*")
_WHOLE: Final = re.compile(r"[+-]?(?:0|[1-9][0-9]*)")
_WORDS: Final[Mapping[bool | None, str]] = {None: "null", True: "true", False: "false"}
_FIXED_DIGITS: Final = 17
_FIXED_ZEROS: Final = -3
_SHOWN_DIGITS: Final = 14
_MOST_VARIABLES: Final = 1000
_DEEPEST_VARIABLE: Final = 64
_DEEPEST_JSON: Final = 511


class Pretty:
    """A JSON value that is printed as the framework's exception handler prints: indented, slashes as they are."""

    def __init__(self, value: object) -> None:
        self.value = value


def to_json(value: object, *, pretty: bool = False) -> str:
    """Return a value as PHP's ``json_encode`` prints it, however deep it is.

    Args:
        value: JSON in Python's types; a decimal is one of PHP's floats.
        pretty: With four blanks an indent, and slashes as they are; else compact, and slashes escaped.

    Raises:
        ValueError: It has a number beyond all that PHP prints.
    """
    parts: list[str] = []
    todo: list[_Step] = [(value, "\n" if pretty else "")]
    while todo:
        step = todo.pop()
        if isinstance(step, str):
            parts.append(step)
            continue
        inner, margin = step
        if isinstance(inner, Mapping | list | tuple):
            todo += reversed(list(_steps(inner, margin, pretty=pretty)))
        else:
            parts.append(_scalar(inner, pretty=pretty))
    return "".join(parts)


_Step = str | tuple[object, str]
"""What is printed as it is, or a value and the margin that it stands at."""


def _steps(whole: Mapping[Any, Any] | Sequence[Any], margin: str, *, pretty: bool) -> Iterator[_Step]:
    opening, closing = "{}" if isinstance(whole, Mapping) else "[]"
    inner = margin + "    " if pretty else ""
    colon = ": " if pretty else ":"
    before = opening + inner
    for item in whole:
        if isinstance(whole, Mapping):
            yield f"{before}{_text(str(item), pretty=pretty)}{colon}"
            yield whole[item], inner
        else:
            yield before
            yield item, inner
        before = f",{inner}"
    yield margin + closing if whole else opening + closing


def _scalar(value: object, *, pretty: bool) -> str:
    match value:
        case str():
            return _text(value, pretty=pretty)
        case None | bool():
            return _WORDS[value]
        case int() if SMALLEST <= value <= LARGEST:
            return str(value)
        case int() | float() | Decimal():
            return _float(float(value), _FIXED_DIGITS, "e")
        case _:
            raise TypeError(f"no JSON for {type(value).__name__}")


def _text(text: str, *, pretty: bool) -> str:
    quoted = encode_basestring_ascii(text)
    if "\x7f" in text:
        # Python escapes it and PHP does not.
        quoted = '"' + "\x7f".join(encode_basestring_ascii(part)[1:-1] for part in text.split("\x7f")) + '"'
    return quoted if pretty else quoted.replace("/", "\\/")


def _float(number: float, digits: int, mark: str) -> str:
    """Return a float as PHP prints it: fixed between 1e-4 and `digits` places before the point.

    Raises:
        ValueError: The number is infinite.
    """
    if math.isinf(number):
        raise ValueError("A number is beyond all that PHP prints.")
    if number == 0:
        return "-0" if str(number)[0] == "-" else "0"
    text = repr(number) if digits == _FIXED_DIGITS else f"{number:.{digits - 1}e}"
    sign, figures, exponent = Decimal(text).normalize().as_tuple()
    assert isinstance(exponent, int)
    shown = "".join(map(str, figures))
    point = len(shown) + exponent
    if point > digits or point < _FIXED_ZEROS:
        body = f"{shown[0]}.{shown[1:] or '0'}{mark}{point - 1:+d}"
    elif point <= 0:
        body = f"0.{'0' * -point}{shown}"
    else:
        shown = shown.ljust(point, "0")
        body = shown[:point] + ("." + shown[point:] if shown[point:] else "")
    return "-" * sign + body


def to_string(value: object) -> str:
    """Return a scalar as PHP's string conversion has it."""
    match value:
        case None | False:
            return ""
        case True:
            return "1"
        case float() if math.isinf(value):
            return "INF" if value > 0 else "-INF"
        case float():
            return _float(value, _SHOWN_DIGITS, "E")
        case _:
            return str(value)


def is_numeric(value: object) -> bool:
    """Whether PHP takes a value for a number; what is beyond a float's range is none here: it could not be printed."""
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        return _NUMERIC.fullmatch(value) is not None and abs(float(value)) != float("inf")
    return isinstance(value, int | float) and abs(value) != float("inf")


def whole(value: object) -> int | None:
    """Return the whole number of 64 bits that a value is or spells, as PHP's integer filter has it; else None."""
    if isinstance(value, Mapping | list):
        return None
    text = to_string(value).strip(BLANKS)
    if _WHOLE.fullmatch(text) is None or len(text) > len(str(SMALLEST)):
        return None
    number = int(text)
    return number if SMALLEST <= number <= LARGEST else None


def number(value: object) -> int | Decimal:
    """Return the number that a numeric value stands for, as a column of numbers keeps it."""
    if isinstance(value, int):
        return int(value)
    parsed = float(value) if isinstance(value, float | str) else 0.0
    text = value.strip() if isinstance(value, str) else ""
    if text.lstrip("+-").isdecimal():
        return int(text)
    return int(parsed) if parsed.is_integer() and abs(parsed) <= LARGEST else Decimal(repr(parsed))


def trimmed(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a value with every text in it, at any depth, trimmed at both ends, and None for one that is blank."""
    return _with_each(value, lambda inner: inner.strip(BLANKS) or None if isinstance(inner, str) else inner)


def json_input(raw: bytes) -> dict[str, Any]:
    """Return what a JSON body gives as input: an array's items by position, and nothing for what is no JSON.

    What is deeper than 511 is none: PHP's 512 levels count what the innermost holds. Source: PHP, ``json_decode``,
    whose default the framework leaves (observed).
    """
    try:
        value = floats(decode(raw))
    except NotJson:
        return {}
    if is_deeper(value, _DEEPEST_JSON):
        return {}
    if isinstance(value, dict):
        return value
    return (
        {}
        if value is None
        else {str(at): item for at, item in enumerate(value if isinstance(value, list) else [value])}
    )


def floats(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a JSON value with every number that is none of 64 bits as a float, at any depth."""
    return _with_each(value, _as_float)


def _as_float(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(value, Decimal) and not (isinstance(value, int) and not SMALLEST <= value <= LARGEST):
        return value
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _with_each(value: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - any JSON
    """Return a copy with everything but objects and arrays changed; without recursion, for it may be deep."""
    whole = [value]
    open_: list[tuple[Any, Any]] = [(whole, 0)]
    while open_:
        holder, key = open_.pop()
        inner = holder[key]
        if isinstance(inner, Mapping):
            holder[key] = copy = dict(inner)
            open_ += [(copy, name) for name in copy]
        elif isinstance(inner, list):
            holder[key] = items = list(inner)
            open_ += [(items, at) for at in range(len(items))]
        else:
            holder[key] = change(inner)
    return whole[0]


def form_input(text: str) -> dict[str, Any]:
    """Return the members of a query string or an url-encoded body: of repeated names the last counts."""
    parts = [part.partition("=") for part in text.split("&") if part][:_MOST_VARIABLES]
    return named_input((unquote_plus(name), unquote_plus(value)) for name, _, value in parts)


def named_input(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return names and values as PHP's arrays: ``a[b]`` is a member of ``a``, and ``a[]`` the next one.

    A name ends at a zero byte (observed). What is nested too deep is passed over. Source: php.ini,
    ``max_input_nesting_level`` (documented).
    """
    found: dict[str, Any] = {}
    for name, value in pairs:
        base, keys = _keys(name.partition("\0")[0].lstrip(" "))
        if base and len(keys) <= _DEEPEST_VARIABLE:
            _put(found, [base, *keys], value)
    return found


def _keys(name: str) -> tuple[str, list[str]]:
    base, bracket, rest = name.partition("[")
    plain = re.sub(r"[ .]", "_", base)
    if not bracket or "]" not in rest:
        return plain + ("_" + rest if bracket else ""), []
    return plain, re.findall(r"\[([^\]]*)\]", bracket + rest)


def _put(place: dict[str, Any], keys: list[str], value: object) -> None:
    for key in keys[:-1]:
        inner = place.get(key or str(len(place)))
        if not isinstance(inner, dict):
            inner = place[key or str(len(place))] = {}
        place = inner
    place[keys[-1] or str(len(place))] = value
