"""The vendor's operations, one module a resource: unpack, call the rules, pack."""

from doubleentry.web.operation import Operation, operations_of


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

    return operations_of(companies, connections, configs, reference, expenses, syncs, attachments, webhooks, links)
