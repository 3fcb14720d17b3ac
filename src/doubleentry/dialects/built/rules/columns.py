"""What the database keeps of what is sent, and what an answer shows of it.

An update's answer shows each field as it was sent; what is read later is what the column made of it (observed on the
framework, and seen in the vendor's samples of other modules).
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from doubleentry.dialects.built import dates, php
from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace

LONGEST_ID: Final = 18


class Change(Struct, frozen=True):
    """What an update makes of a row.

    Attributes:
        kept: As it is stored from now on.
        shown: As the answer shows it.
        is_dirty: Whether anything differs from what was stored.
    """

    kept: Document
    shown: Document
    is_dirty: bool

    def at(self, timestamp: str) -> "Change":
        """Return it with the instant of the change."""
        moment = {"updated_at": timestamp}
        return replace(self, kept={**self.kept, **moment}, shown={**self.shown, **moment})


def rules(workspace: Workspace, full: Mapping[str, str]) -> dict[str, str]:
    """Return the rules of an update as the quirk ``built.update-validation`` has them."""
    match workspace.setting("built.update-validation"):
        case "partial":
            return {name: text.removeprefix("required|") for name, text in full.items()}
        case "strict":
            return {name: text.replace("nullable|", "required|") for name, text in full.items()}
        case _:
            return dict(full)


def change(row: Document, given: Mapping[str, Any], rules: Mapping[str, str]) -> Change:
    """Return what some given fields, found to be valid, make of a row; those without rules are passed over."""
    sent = {name: given[name] for name in rules if name in given}
    stored = {name: kept(rules[name], value) for name, value in sent.items()}
    is_dirty = any(not _is_same(row[name], value) for name, value in sent.items())
    return Change({**row, **stored}, {**row, **sent}, is_dirty)


def is_id(text: str) -> bool:
    """Whether a path's segment can be the id of a row."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID


def key(id: str | int) -> str:
    """Return the key of a row in its collection."""
    return str(int(id))


def kept(rules: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return what a column keeps of a value that is valid by its rules."""
    if value is None:
        return None
    if "|integer" in f"|{rules}":
        return php.whole(value)
    if "|numeric" in f"|{rules}":
        return php.number(value)
    if "|date" in f"|{rules}":
        day = dates.parsed(php.to_string(value))
        assert day is not None, "valid by the field's rules"
        return day.isoformat()
    return value


def _is_same(stored: Any, sent: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether the framework sees no difference: the same value, or numbers that are spelled alike."""
    if type(stored) is type(sent) and stored == sent:
        return True
    stored = stored if isinstance(stored, int | str) or stored is None else float(stored)
    is_both = php.is_numeric(stored) and php.is_numeric(sent)
    return is_both and php.to_string(stored) == php.to_string(sent)
