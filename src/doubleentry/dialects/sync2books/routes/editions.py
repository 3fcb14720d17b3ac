"""What an answer is with one side of the vendor's documents alone, for who wants to meet a server that has no other."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from msgspec.structs import replace

from doubleentry.web import operation as kit
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer, RouteNotFound

_BY_SIDE: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("sync2books.retry", "new-batch"): ("retry-sync-batch",),
    ("sync2books.retry", "in-place"): ("retry-failed-items", "retry-sync-items", "retry-sync-item"),
    ("sync2books.connection-paths", "companies"): ("list-company-connections", "unlink-connection"),
    ("sync2books.connection-paths", "connections"): (
        "list-connections",
        "get-connection-by-integration",
        "disconnect-connection",
    ),
    ("sync2books.reference-data", "served"): (
        "list-accounts",
        "list-tax-rates",
        "list-suppliers",
        "list-customers",
        "list-tracking-categories",
    ),
    ("sync2books.webhooks", "available"): (
        "create-webhook-endpoint",
        "list-webhook-endpoints",
        "get-webhook-endpoint",
        "update-webhook-endpoint",
        "delete-webhook-endpoint",
    ),
}
"""A quirk and its value → the operations that there are on that side alone."""

_SIDES: Final = {id: side for side, ids in _BY_SIDE.items() for id in ids}


def operation(method: str, *paths: str, **options: Any) -> Callable[[Callable[[Call], object]], kit.Operation]:  # noqa: ANN401 - as in the kit
    """Declare an operation that is as the editions that were chosen have it."""
    declare = kit.operation(method, *paths, **options)

    def declared(handler: Callable[[Call], object]) -> kit.Operation:
        @wraps(handler)
        def serve(call: Call) -> object:
            _is_there(call, options["id"])
            result = handler(call)
            return _wrapped(result) if call.quirk("sync2books.success-wrapper") == "data" else result

        return declare(serve)

    return declared


def _is_there(call: Call, id: str) -> None:
    """Refuse what the chosen side does not have, in the words for a path that is not there."""
    if id in _SIDES:
        quirk, side = _SIDES[id]
        if call.quirk(quirk) not in {"both", side}:
            raise RouteNotFound(f"{quirk} leaves {id} out.")


def _wrapped(result: object) -> object:
    if not isinstance(result, Answer):
        return {"data": result}
    return result if result.content_type is not None else replace(result, body={"data": result.body})
