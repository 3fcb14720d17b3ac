"""The control API: how a tester steers, sees and seeds a workspace."""

from typing import TYPE_CHECKING

from doubleentry.control.guard import guard
from doubleentry.web.envelope import OwnErrors
from doubleentry.web.surface import Surface

if TYPE_CHECKING:
    from collections.abc import Mapping

    from doubleentry.dialects.base import Dialect
    from doubleentry.web.operation import Operation

MOUNT = "/_emulator/v1"

DESCRIPTION = (
    "Steers one emulated world: its clock, the pace of its syncs, its faults, its connections; shows what happened in "
    "it; and waits, so that no test has to sleep. Each call speaks of the workspace that it names, by the path prefix "
    "`/w/NAME` or the header `Emulator-Workspace: NAME`; a workspace that is not open is opened by being named."
)


def surface(dialects: "Mapping[str, Dialect]") -> Surface:
    """Return the control API over some dialects, by name."""

    def load() -> "tuple[Operation, ...]":
        from doubleentry.control.routes import operations  # noqa: PLC0415 - a server that is not steered never needs them

        return operations(dialects)

    recipes = [recipe.name for dialect in dialects.values() for recipe in dialect.recipes]
    return Surface(
        name="control",
        title="Doubleentry control API",
        description=DESCRIPTION,
        mount=MOUNT,
        load=load,
        errors=OwnErrors(),
        parameters={
            "id": {"description": "The id of the thing.", "schema": {"type": "string"}},
            "name": {"description": "The workspace's name.", "schema": {"type": "string"}},
            "snapshot": {
                "description": "The snapshot's name.",
                "schema": {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,63}$", "examples": ["before"]},
            },
            "dialect": {"description": "The dialect's name.", "schema": {"type": "string", "enum": list(dialects)}},
            "sink": {
                "description": "The sink's name: it is there as soon as it is named.",
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", "examples": ["alerts"]},
            },
            "recipe": {"description": "The recipe's name.", "schema": {"type": "string", "enum": recipes}},
            "key": {"description": "The key, as the vendor would have issued it.", "schema": {"type": "string"}},
        },
        journaled=False,
        guard=guard,
    )
