"""The operations of the control API, one module a resource.

A module whose shapes depend on the dialects has a function `operations`; the others are lists of declarations.
"""

from collections.abc import Mapping

from doubleentry.control.routes import (
    clock,
    connections,
    export,
    faults,
    health,
    imports,
    journal,
    keys,
    ledgers,
    pace,
    quirks,
    recipes,
    sinks,
    snapshots,
    syncs,
    timeline,
    verify,
    wait,
    webhooks,
    workspaces,
)
from doubleentry.dialects.base import Dialect
from doubleentry.web.operation import Operation, operations_of


def operations(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return all operations over some dialects."""
    return (
        *operations_of(health, workspaces, snapshots, clock),
        *pace.operations(dialects),
        *faults.operations(dialects),
        *recipes.operations(dialects),
        *syncs.operations(dialects),
        *imports.operations(dialects),
        *connections.operations(dialects),
        *keys.operations(dialects),
        *quirks.operations(dialects),
        *webhooks.operations(dialects),
        *operations_of(sinks, journal, timeline),
        *verify.operations(dialects),
        *operations_of(export, ledgers, wait),
    )
