"""The vendor's operations, one module a resource: unpack, call the rules, pack."""

from doubleentry.web.operation import Operation, operations_of


def load() -> tuple[Operation, ...]:
    """Return all operations; imported at the first request, because schemas take time to make."""
    from doubleentry.dialects.sync2books.routes import companies, webhooks  # noqa: PLC0415 - that is the point

    return operations_of(companies, webhooks)
