"""What the JSON engine says of a text that is no JSON.

Positions count UTF-16 units. Source: Node 20's ``JSON.parse`` behind Express' body parser, which takes objects and
arrays alone (observed: ``tests/data/node/json-errors.jsonl``).
"""

import re
from collections.abc import Mapping
from typing import Final, NoReturn

from msgspec import Struct, field

CONTEXT: Final = 10
"""How many units are shown on each side of a character, in a text that is longer than both sides."""

NO_END: Final = "Unexpected end of JSON input"
_BLANKS: Final = re.compile(r"[ \t\n\r]*")
_LITERALS: Final[Mapping[str, str]] = {"t": "true", "f": "false", "n": "null"}
_AFTER_VALUE: Final[Mapping[str, str]] = {
    "{": "Expected ',' or '}' after property value",
    "[": "Expected ',' or ']' after array element",
}
_CLOSING: Final[Mapping[str, str]] = {"{": "}", "[": "]"}
_DIGITS: Final = frozenset("0123456789")
_ESCAPES: Final = frozenset('"\\/bfnrt')
_TWICE: Final = "after JSON in JSON"
_ONCE: Final = "after JSON"
_HEX: Final = frozenset("0123456789abcdefABCDEF")


class _Complaint(Exception):
    """Carries the sentence."""


def complaint(text: str) -> str | None:
    """Return what is said of a text, or None where the engine has nothing against it."""
    try:
        _Reader(text).read()
    except _Complaint as found:
        return str(found)
    return None


class _Reader(Struct):
    """Goes through a text to the first thing that is wrong; `open` are the brackets that wait for their end."""

    text: str
    at: int = 0
    open: list[str] = field(default_factory=list)

    def read(self) -> None:
        if self._next() not in _CLOSING:
            self._unexpected()
        while True:
            if not self._value():
                continue
            while self._ends_another():
                pass
            if not self.open:
                break
        if self._next():
            self._say("Unexpected non-whitespace character after JSON")

    def _value(self) -> bool:
        """Take a value; False where only the beginning of one was taken, and its first value follows."""
        first = self._next()
        if first in _CLOSING:
            return self._opening(first)
        if first == '"':
            self._string()
        elif first == "-" or first in _DIGITS:
            self._number()
        elif first in _LITERALS:
            for letter in _LITERALS[first]:
                if self._here() != letter:
                    self._unexpected()
                self.at += 1
        else:
            self._unexpected()
        return True

    def _opening(self, bracket: str) -> bool:
        self.at += 1
        if self._next() == _CLOSING[bracket]:
            self.at += 1
            return True
        self.open.append(bracket)
        if bracket == "{":
            self._name("Expected property name or '}'", "Expected ':' after property name")
        return False

    def _ends_another(self) -> bool:
        """Take what follows a value: True for the end of what it is in, False for a comma, or at the very end."""
        if not self.open:
            return False
        within, following = self.open[-1], self._next()
        if following == _CLOSING[within]:
            self.at += 1
            self.open.pop()
            return True
        if following != ",":
            self._say(_AFTER_VALUE[within])
        self.at += 1
        if within == "{":
            self._name("Expected double-quoted property name")
        return False

    def _name(self, missing: str, no_colon: str | None = None) -> None:
        if self._next() != '"':
            self._say(missing)
        self._string()
        if self._next() != ":":
            if no_colon is not None:
                self._say(no_colon)
            self._unexpected()
        self.at += 1

    def _string(self) -> None:
        self.at += 1
        while self._here() != '"':
            if self._here() == "":
                self._say("Unterminated string")
            if self._here() < " ":
                self._say("Bad control character in string literal")
            if self._here() == "\\":
                self.at += 1
                self._escape()
            self.at += 1
        self.at += 1

    def _escape(self) -> None:
        """Take what follows a backslash, but for its last character."""
        if self._here() == "":
            raise _Complaint(NO_END)
        if self._here() == "u":
            for _ in range(4):
                self.at += 1
                if self._here() not in _HEX:
                    self._say("Bad Unicode escape")
        elif self._here() not in _ESCAPES:
            self._say("Bad escaped character")

    def _number(self) -> None:
        if self._here() == "-":
            self.at += 1
            self._wants_digit("No number after minus sign")
        if self._here() == "0":
            self.at += 1
            if self._here() in _DIGITS:
                self._say("Unexpected number")
        self._digits()
        if self._here() == ".":
            self.at += 1
            self._wants_digit("Unterminated fractional number")
            self._digits()
        if self._here() in {"e", "E"}:
            self.at += 1
            if self._here() in {"+", "-"}:
                self.at += 1
            self._wants_digit("Exponent part is missing a number")
            self._digits()

    def _wants_digit(self, missing: str) -> None:
        if self._here() not in _DIGITS:
            self._say(missing)

    def _digits(self) -> None:
        while self._here() in _DIGITS:
            self.at += 1

    def _here(self) -> str:
        """Return the character where the reader stands; empty at the end."""
        return self.text[self.at : self.at + 1]

    def _next(self) -> str:
        """Pass over blanks, and return the character after them; empty at the end."""
        found = _BLANKS.match(self.text, self.at)
        assert found is not None
        self.at = found.end()
        return self._here()

    def _say(self, sentence: str) -> NoReturn:
        raise _Complaint(f"{sentence} in JSON at position {_units(self.text[: self.at])}".replace(_TWICE, _ONCE))

    def _unexpected(self) -> NoReturn:
        character = self._here()
        if character == "":
            raise _Complaint(NO_END)
        if character == '"' and self.open:
            self._say("Unexpected string")
        if (character == "-" or character in _DIGITS) and self.open:
            self._say("Unexpected number")
        raise _Complaint(f"Unexpected token '{character}', {self._context()} is not valid JSON")

    def _context(self) -> str:
        """Return the text around where the reader stands, quoted."""
        size = len(self.text)
        if size <= 2 * CONTEXT:
            return f'"{self.text}"'
        start, end = max(0, self.at - CONTEXT), min(size, self.at + CONTEXT)
        if self.at < CONTEXT:
            return f'"{self.text[:end]}"...'
        if self.at >= size - CONTEXT:
            return f'..."{self.text[start:]}"'
        return f'..."{self.text[start:end]}"...'


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
