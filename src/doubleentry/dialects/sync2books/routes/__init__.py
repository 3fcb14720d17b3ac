"""The vendor's operations, one module a resource: unpack, call the rules, pack."""

from typing import Final

from msgspec.structs import replace

from doubleentry.web.operation import Operation, operations_of

MOST_BYTES: Final = 1024 * 1024
"""Of a JSON body. Inferred: the framework's own limit is 100 kB, which batches of expenses are beyond."""


def load() -> tuple[Operation, ...]:
    """Return all operations; imported at the first request, because schemas take time to make."""
    from doubleentry.dialects.sync2books.routes import (  # noqa: PLC0415 - that is the point
        attachments,
        companies,
        configs,
        connections,
        expenses,
        links,
        reference,
        syncs,
        webhooks,
    )

    declared = operations_of(companies, connections, configs, reference, expenses, syncs, attachments, webhooks, links)
    return tuple(each if each.form else replace(each, body_limit=MOST_BYTES) for each in declared)
