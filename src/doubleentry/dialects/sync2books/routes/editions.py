"""What an answer is with one side of the vendor's documents alone, for who wants to meet a server that has no other."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from msgspec.structs import replace

from doubleentry.web import operation as kit
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer
from doubleentry.web.operation import Only

_ON_ONE_SIDE: Final[Mapping[Only, tuple[str, ...]]] = {
    Only("sync2books.retry", ("both", "new-batch")): ("retry-sync-batch",),
    Only("sync2books.retry", ("both", "in-place")): ("retry-failed-items", "retry-sync-items", "retry-sync-item"),
    Only("sync2books.connection-paths", ("both", "companies")): ("list-company-connections", "unlink-connection"),
    Only("sync2books.connection-paths", ("both", "connections")): (
        "list-connections",
        "get-connection-by-integration",
        "disconnect-connection",
    ),
    Only("sync2books.reference-data", ("served",)): (
        "list-accounts",
        "list-tax-rates",
        "list-suppliers",
        "list-customers",
        "list-tracking-categories",
    ),
    Only("sync2books.webhooks", ("available",)): (
        "create-webhook-endpoint",
        "list-webhook-endpoints",
        "get-webhook-endpoint",
        "update-webhook-endpoint",
        "delete-webhook-endpoint",
    ),
}
"""Where operations are there that only one side of the documents has."""

_ONLY: Final = {id: only for only, ids in _ON_ONE_SIDE.items() for id in ids}


def operation(method: str, *paths: str, **options: Any) -> Callable[[Callable[[Call], object]], kit.Operation]:  # noqa: ANN401 - as in the kit
    """Declare an operation that is as the editions that were chosen have it."""
    declare = kit.operation(method, *paths, only=_ONLY.get(options["id"]), **options)

    def declared(handler: Callable[[Call], object]) -> kit.Operation:
        @wraps(handler)
        def serve(call: Call) -> object:
            result = handler(call)
            return _wrapped(result) if call.quirk("sync2books.success-wrapper") == "data" else result

        return declare(serve)

    return declared


def _wrapped(result: object) -> object:
    if not isinstance(result, Answer):
        return {"data": result}
    return result if result.content_type is not None else replace(result, body={"data": result.body})
