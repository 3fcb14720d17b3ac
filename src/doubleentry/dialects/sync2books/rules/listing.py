"""Which batches a list is asked for.

Source: guide "Sync transactions" (status, startDate, endDate) and ``openapi/accounting.json`` (status, destination, q,
from, to): either is taken, whatever the profile. That the newest comes first follows the samples; that an end without a
time takes in its whole day is inferred.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Final

from doubleentry.dialects.sync2books import pagination, statuses
from doubleentry.dialects.sync2books.applications import DIALECT
from doubleentry.dialects.sync2books.platforms import normalised
from doubleentry.dialects.sync2books.rules import syncs
from doubleentry.dialects.sync2books.validation import DATE, TEXT, Field, Shape, one_of
from doubleentry.engine.documents import Document
from doubleentry.engine.syncs import Sync
from doubleentry.engine.workspaces import Workspace

QUERIES: Final[Mapping[str, Shape]] = {
    profile: Shape(
        "BatchQuery",
        "Which batches, and which page of them.",
        (
            *pagination.FIELDS,
            Field("status", (one_of(told, also=tuple(statuses.FILTERS)),), optional=True),
            Field("startDate", (DATE,), optional=True),
            Field("endDate", (DATE,), optional=True),
            Field("from", (DATE,), optional=True),
            Field("to", (DATE,), optional=True),
            Field("destination", (TEXT,), optional=True),
            Field("q", (TEXT,), optional=True),
        ),
    )
    for profile, told in (
        (statuses.DOCS, ("pending", "processing", "completed", "failed")),
        (statuses.OPENAPI, ("pending", "in_progress", "completed", "failed", "partially_completed")),
    )
}
"""Profile → what a list is asked with: a refusal tells the profile's words, and the other's are taken too."""


def asked_for(workspace: Workspace, company: Document, query: Mapping[str, str]) -> list[Sync]:
    """Return the batches of a company that a checked query asks for, newest first."""
    found = workspace.syncs.all({"dialect": DIALECT, "company": company["id"]})
    return [sync for sync in reversed(found) if _is_asked_for(workspace, company, sync, query)]


def _is_asked_for(workspace: Workspace, company: Document, sync: Sync, query: Mapping[str, str]) -> bool:
    starts = [_instant(query[name]) for name in ("startDate", "from") if name in query]
    ends = [_end(query[name]) for name in ("endDate", "to") if name in query]
    if any(sync.created_at < start for start in starts) or any(sync.created_at > end for end in ends):
        return False
    destination = syncs.destination(workspace, sync)
    if "destination" in query and normalised(query["destination"]) != destination:
        return False
    sought = query.get("q", "").casefold()
    if sought and not any(sought in text.casefold() for text in (sync.id, company["name"], destination)):
        return False
    if "status" not in query:
        return True
    profile = workspace.setting("sync2books.profile")
    return statuses.matches(query["status"], profile, syncs.word(workspace, sync))


def _instant(text: str) -> datetime:
    """Return an instant; one that names no zone is in UTC."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


def _end(text: str) -> datetime:
    is_day = len(text) == len("2026-01-05")
    return _instant(f"{text}T{time.max}" if is_day else text)
