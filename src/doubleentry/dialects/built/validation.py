"""The framework's validation: rule strings such as ``required|string|max:255``, and its English messages.

This is not marshmallow's: rules do not stop one another, a rule may skip a value that is null or missing depending on
the rules beside it, sizes mean numbers, characters or items depending on them too, and every message is a template.
Here it is a table: rule → what it asks, and rule → what is said. marshmallow describes the shapes in the document.

Source: laravel/framework 8.83.26, ``Validation/Concerns/ValidatesAttributes.php`` (observed).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from msgspec import Struct

from doubleentry.dialects.built import dates, php
from doubleentry.engine.errors import InvalidInput, Problem

Data = Mapping[str, Any]
Lookup = Callable[[str, str, Any], bool]
"""Whether a table has a row with this value in this column."""

IMPLICIT: Final = frozenset({"required", "required_if", "required_with", "required_without", "filled", "present"})
"""Rules that also look at what is missing or blank; once one has failed, the field's other rules are not asked."""

MODIFIERS: Final = frozenset({"nullable", "sometimes", "bail"})
PRESENCE: Final = frozenset({"exists", "unique"})

MESSAGES: Final[Mapping[str, str | Mapping[str, str]]] = {
    "required": "The :attribute field is required.",
    "required_if": "The :attribute field is required when :other is :value.",
    "required_with": "The :attribute field is required when :values is present.",
    "required_without": "The :attribute field is required when :values is not present.",
    "filled": "The :attribute field must have a value.",
    "present": "The :attribute field must be present.",
    "integer": "The :attribute must be an integer.",
    "numeric": "The :attribute must be a number.",
    "string": "The :attribute must be a string.",
    "array": "The :attribute must be an array.",
    "boolean": "The :attribute field must be true or false.",
    "date": "The :attribute is not a valid date.",
    "date_format": "The :attribute does not match the format :format.",
    "after": "The :attribute must be a date after :date.",
    "after_or_equal": "The :attribute must be a date after or equal to :date.",
    "before": "The :attribute must be a date before :date.",
    "before_or_equal": "The :attribute must be a date before or equal to :date.",
    "min": {
        "numeric": "The :attribute must be at least :0.",
        "string": "The :attribute must be at least :0 characters.",
        "array": "The :attribute must have at least :0 items.",
    },
    "max": {
        "numeric": "The :attribute must not be greater than :0.",
        "string": "The :attribute must not be greater than :0 characters.",
        "array": "The :attribute must not have more than :0 items.",
    },
    "size": {
        "numeric": "The :attribute must be :0.",
        "string": "The :attribute must be :0 characters.",
        "array": "The :attribute must contain :0 items.",
    },
    "between": {
        "numeric": "The :attribute must be between :0 and :1.",
        "string": "The :attribute must be between :0 and :1 characters.",
        "array": "The :attribute must have between :0 and :1 items.",
    },
    "gt": {
        "numeric": "The :attribute must be greater than :0.",
        "string": "The :attribute must be greater than :0 characters.",
        "array": "The :attribute must have more than :0 items.",
    },
    "gte": {
        "numeric": "The :attribute must be greater than or equal to :0.",
        "string": "The :attribute must be greater than or equal to :0 characters.",
        "array": "The :attribute must have :0 items or more.",
    },
    "lt": {
        "numeric": "The :attribute must be less than :0.",
        "string": "The :attribute must be less than :0 characters.",
        "array": "The :attribute must have less than :0 items.",
    },
    "lte": {
        "numeric": "The :attribute must be less than or equal to :0.",
        "string": "The :attribute must be less than or equal to :0 characters.",
        "array": "The :attribute must not have more than :0 items.",
    },
    "in": "The selected :attribute is invalid.",
    "not_in": "The selected :attribute is invalid.",
    "exists": "The selected :attribute is invalid.",
    "unique": "The :attribute has already been taken.",
    "email": "The :attribute must be a valid email address.",
    "url": "The :attribute must be a valid URL.",
    "uuid": "The :attribute must be a valid UUID.",
    "regex": "The :attribute format is invalid.",
    "digits": "The :attribute must be :0 digits.",
    "different": "The :attribute and :other must be different.",
    "same": "The :attribute and :other must match.",
}

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#]+(?:[/?#]\S*)?", re.IGNORECASE)
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_DATE_TOKENS: Final = {
    "Y": "[0-9]{4}",
    "m": "[0-9]{2}",
    "d": "[0-9]{2}",
    "H": "[0-9]{2}",
    "i": "[0-9]{2}",
    "s": "[0-9]{2}",
}
_RELATIVE: Final = {"yesterday": -1, "today": 0, "now": 0, "tomorrow": 1}
_BOOLEANS: Final = ("0", "1")


class Rule(Struct, frozen=True):
    """One rule of a field with its parameters."""

    name: str
    parameters: tuple[str, ...] = ()


class Ask(Struct, frozen=True):
    """What a rule is asked about.

    Attributes:
        field: The field's full name.
        value: What was sent; None for nothing.
        parameters: The rule's own.
        rules: All rules of the field, by name.
        data: Everything that was sent.
        today: For relative dates.
        lookup: Looks into tables.
    """

    field: str
    value: Any
    parameters: tuple[str, ...]
    rules: Mapping[str, Rule]
    data: Data
    today: date
    lookup: Lookup

    @property
    def kind(self) -> str:
        """How the size of the value is told: as a number, in items, or in characters."""
        compared = any(name in self.rules for name in ("gt", "gte", "lt", "lte")) and php.is_numeric(self.value)
        if "numeric" in self.rules or "integer" in self.rules or compared:
            return "numeric"
        return "array" if "array" in self.rules else "string"

    @property
    def size(self) -> float:
        """The size of the value."""
        if self.kind == "numeric" and php.is_numeric(self.value):
            return float(self.value)
        if isinstance(self.value, list | Mapping):
            return len(self.value)
        return len(php.to_string(self.value))


def check(rules: Mapping[str, str], data: Data, today: date, lookup: Lookup = lambda *_: True) -> dict[str, list[str]]:
    """Return what is said of each field that does not fit, in the order of the rules.

    Args:
        rules: Field → rules, parted by ``|``; a ``*`` in a field's name stands for every item.
        data: What was sent, blank texts made null.
        today: The day that it is.
        lookup: Whether a table has a row; every row is there unless it is given.
    """
    found: dict[str, list[str]] = {}
    for pattern, text in rules.items():
        parsed = {rule.name: rule for rule in _parsed(text)}
        for name in _expanded(pattern, data):
            messages = _complaints(name, parsed, data, today, lookup)
            if messages:
                found[name] = messages
    return found


def require(rules: Mapping[str, str], data: Data, today: date) -> None:
    """Refuse what does not fit.

    Raises:
        InvalidInput: Every message, in order; the path is the field's dotted name.
    """
    found = check(rules, data, today)
    if found:
        raise InvalidInput([Problem((name,), message) for name, told in found.items() for message in told])


def label(name: str) -> str:
    """Return a field's name as messages say it: each capital begins a word."""
    if re.fullmatch(r"[a-z]+", name):
        return name
    words = re.sub(r"(^|\s)(\S)", lambda match: match[1] + match[2].upper(), name).replace(" ", "")
    return re.sub(r"(.)(?=[A-Z])", r"\1_", words).lower().replace("_", " ")


def _complaints(name: str, rules: Mapping[str, Rule], data: Data, today: date, lookup: Lookup) -> list[str]:
    is_present, value = _value(name, data)
    messages: list[str] = []
    for rule in rules.values():
        if rule.name in MODIFIERS or not _is_asked(
            rule.name, rules, value, is_present=is_present, failed=bool(messages)
        ):
            continue
        ask = Ask(name, value, rule.parameters, rules, data, today, lookup)
        passes = is_present if rule.name == "present" else CHECKS[rule.name](ask)
        if not passes:
            messages.append(_message(rule, ask))
            if "bail" in rules or rule.name in IMPLICIT:
                break
    return messages


def _is_asked(name: str, rules: Mapping[str, Rule], value: object, *, is_present: bool, failed: bool) -> bool:
    if name == "filled" and not is_present:
        return False
    is_blank = isinstance(value, str) and not value.strip(php.BLANKS)
    if (is_blank or not is_present) and name not in IMPLICIT:
        return False
    if "sometimes" in rules and not is_present:
        return False
    if value is None and "nullable" in rules and name not in IMPLICIT:
        return False
    return not (failed and name in PRESENCE)


def _message(rule: Rule, ask: Ask) -> str:
    template = MESSAGES[rule.name]
    text = template if isinstance(template, str) else template[ask.kind]
    parameters = rule.parameters
    first = parameters[0] if parameters else ""
    text = text.replace(":attribute", label(ask.field)).replace(":other", label(first)).replace(":format", first)
    text = text.replace(":date", label(first)).replace(":values", " / ".join(map(label, parameters)))
    text = text.replace(":value", parameters[1] if len(parameters) > 1 else "")
    for at, parameter in enumerate(parameters):
        text = text.replace(f":{at}", parameter)
    return text


def _parsed(text: str) -> list[Rule]:
    rules = []
    for part in text.split("|"):
        name, _, rest = part.partition(":")
        whole = name in {"regex", "date_format"}
        rules.append(Rule(name, (rest,) if whole else tuple(rest.split(",")) if rest else ()))
    return rules


def _expanded(pattern: str, data: Data) -> list[str]:
    first, *others = pattern.split(".*")
    names = [first]
    for rest in others:
        names = [f"{name}.{key}{rest}" for name in names for key in _names_in(_value(name, data)[1])]
    return names


def _names_in(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return value.keys()
    return range(len(value)) if isinstance(value, list) else ()


def _value(name: str, data: Data) -> tuple[bool, Any]:
    """Return whether a dotted name is there, and its value."""
    value: Any = data
    for step in name.split("."):
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return False, None
    return True, value


def _is_filled(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip(php.BLANKS))
    return value is not None and not (isinstance(value, list | Mapping) and not value)


def _others(ask: Ask) -> list[object]:
    return [_value(name, ask.data)[1] for name in ask.parameters]


def _date(value: object) -> date | None:
    if isinstance(value, str) or php.is_numeric(value):
        return dates.parsed(php.to_string(value))
    return None


def _compared(ask: Ask, holds: Callable[[date, date], bool]) -> bool:
    first = ask.parameters[0]
    given = _date(ask.value)
    bound = ask.today + timedelta(days=_RELATIVE[first]) if first in _RELATIVE else _date(first)
    bound = bound or _date(_value(first, ask.data)[1])
    return given is not None and bound is not None and holds(given, bound)


def _sized(ask: Ask, holds: Callable[[float, float], bool]) -> bool:
    bound = ask.parameters[0]
    if php.is_numeric(bound):
        return php.is_numeric(ask.value) and holds(ask.size, float(bound))
    other = _value(bound, ask.data)[1]
    if php.is_numeric(ask.value) and php.is_numeric(other):
        return holds(float(ask.value), float(other))
    same_kind = type(ask.value) is type(other) and isinstance(other, str | list | Mapping)
    return same_kind and holds(len(ask.value), len(other))


def _has_format(ask: Ask) -> bool:
    pattern = "".join(_DATE_TOKENS.get(letter, re.escape(letter)) for letter in ask.parameters[0])
    if not isinstance(ask.value, str) or re.fullmatch(pattern, ask.value) is None:
        return False
    return dates.parsed(ask.value) is not None


def _is_in(ask: Ask) -> bool:
    if isinstance(ask.value, list | Mapping):
        items = ask.value.values() if isinstance(ask.value, Mapping) else ask.value
        return "array" in ask.rules and all(php.to_string(item) in ask.parameters for item in items)
    return php.to_string(ask.value) in ask.parameters


def _is_boolean(ask: Ask) -> bool:
    value = ask.value
    return isinstance(value, bool) or (type(value) is int and value in {0, 1}) or value in _BOOLEANS


def _text(pattern: re.Pattern[str]) -> Callable[[Ask], bool]:
    return lambda ask: isinstance(ask.value, str) and pattern.fullmatch(ask.value) is not None


def _matches(ask: Ask) -> bool:
    delimited = ask.parameters[0]
    pattern = delimited[1 : delimited.rindex(delimited[0])]
    return (isinstance(ask.value, str) or php.is_numeric(ask.value)) and bool(
        re.search(pattern, php.to_string(ask.value))
    )


def _in_table(ask: Ask) -> bool:
    table, *column = ask.parameters
    return ask.lookup(table, column[0] if column else ask.field, ask.value)


CHECKS: Final[Mapping[str, Callable[[Ask], bool]]] = {
    "required": lambda ask: _is_filled(ask.value),
    "required_if": lambda ask: (
        php.to_string(_value(ask.parameters[0], ask.data)[1]) not in ask.parameters[1:] or _is_filled(ask.value)
    ),
    "required_with": lambda ask: not any(map(_is_filled, _others(ask))) or _is_filled(ask.value),
    "required_without": lambda ask: all(map(_is_filled, _others(ask))) or _is_filled(ask.value),
    "filled": lambda ask: _is_filled(ask.value),
    "integer": lambda ask: php.whole(ask.value) is not None,
    "numeric": lambda ask: php.is_numeric(ask.value),
    "string": lambda ask: isinstance(ask.value, str),
    "array": lambda ask: isinstance(ask.value, list | Mapping),
    "boolean": _is_boolean,
    "date": lambda ask: _date(ask.value) is not None,
    "date_format": _has_format,
    "after": lambda ask: _compared(ask, lambda given, bound: given > bound),
    "after_or_equal": lambda ask: _compared(ask, lambda given, bound: given >= bound),
    "before": lambda ask: _compared(ask, lambda given, bound: given < bound),
    "before_or_equal": lambda ask: _compared(ask, lambda given, bound: given <= bound),
    "min": lambda ask: ask.size >= float(ask.parameters[0]),
    "max": lambda ask: ask.size <= float(ask.parameters[0]),
    "size": lambda ask: ask.size == float(ask.parameters[0]),
    "between": lambda ask: float(ask.parameters[0]) <= ask.size <= float(ask.parameters[1]),
    "gt": lambda ask: _sized(ask, lambda size, bound: size > bound),
    "gte": lambda ask: _sized(ask, lambda size, bound: size >= bound),
    "lt": lambda ask: _sized(ask, lambda size, bound: size < bound),
    "lte": lambda ask: _sized(ask, lambda size, bound: size <= bound),
    "in": _is_in,
    "not_in": lambda ask: not _is_in(ask),
    "exists": _in_table,
    "unique": lambda ask: not _in_table(ask),
    "email": _text(_EMAIL),
    "url": _text(_URL),
    "uuid": _text(_UUID),
    "regex": _matches,
    "digits": lambda ask: re.fullmatch(rf"[0-9]{{{ask.parameters[0]}}}", php.to_string(ask.value)) is not None,
    "different": lambda ask: all(ask.value != other for other in _others(ask)),
    "same": lambda ask: ask.value == _others(ask)[0],
}
