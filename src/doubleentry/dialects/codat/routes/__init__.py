"""Codat's operations, one module a resource: unpack, call the rules, pack."""

from doubleentry.web.operation import Operation, operations_of


def load() -> tuple[Operation, ...]:
    """Return all operations; imported at the first request, because schemas take time to make."""
    from doubleentry.dialects.codat.routes import (  # noqa: PLC0415 - that is the point
        attachments,
        companies,
        configuration,
        connections,
        datasets,
        links,
        mapping_options,
        rules,
        syncs,
        transactions,
        webhooks,
    )

    return operations_of(
        companies,
        connections,
        configuration,
        mapping_options,
        datasets,
        syncs,
        transactions,
        attachments,
        rules,
        webhooks,
        links,
    )
