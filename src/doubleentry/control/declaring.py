"""How the control API declares an operation: with every status that it can answer."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from marshmallow import Schema

from doubleentry.control.schemas.base import ErrorAnswerSchema, NoQuerySchema
from doubleentry.web.operation import JSON, Operation, Returns, operation

if TYPE_CHECKING:
    from doubleentry.web.context import Call

SOURCE: Final = "docs of the emulator"
BODY_LIMIT: Final = 1024 * 1024

_MEANINGS: Final[Mapping[int, str]] = {
    400: "The body is not JSON.",
    401: "The server was started with a token, and it was not shown.",
    403: "The server has no token, and the request comes from elsewhere than this machine.",
    404: "There is no such thing in this workspace.",
    408: "The time-out passed before what was waited for; the answer says what was seen.",
    409: "The thing is not where it could do that.",
    413: "The body is too large.",
    415: "The body is not declared as JSON.",
    422: "What was sent does not fit; every problem is told.",
    503: "All workspaces are in use, so that no other can be opened.",
    504: "The world did not settle in time; what ran until then stays done.",
    507: "The workspace holds as much as it may: nothing was done.",
}
_ALWAYS: Final = (401, 403, 413, 422, 503)
_WITH_BODY: Final = (400, 415)
_NO_QUERY: Final = NoQuerySchema()


def control(  # noqa: PLR0913 - what every declaration says, in the order in which it is read
    method: str,
    path: str,
    id: str,
    answer: Schema | Mapping[str, Any] | None,
    *refusals: int,
    status: int = 200,
    content_type: str = JSON,
    also: tuple[str, ...] = (),
    needs_token: bool = True,
    leads_to: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    **options: Any,  # noqa: ANN401 - the other attributes of Operation, checked by its constructor
) -> "Callable[[Callable[[Call], object]], Operation]":
    """Declare the function below as the handler of an operation of the control API.

    Args:
        method: The HTTP method.
        path: Below the mount.
        id: The operationId.
        answer: The shape of the body on success, or JSON Schema of one that is no object; None for no body.
        refusals: Statuses beyond those that every operation can answer.
        status: The status on success.
        content_type: Of the body on success.
        also: Other types in which it comes as a text.
        needs_token: Whether the guard asks for the token.
        leads_to: The operationIds that the answer's members are for → path parameter → where it is in the body.
        options: Other attributes of `Operation`.
    """
    statuses = {*_ALWAYS, *refusals, *(_WITH_BODY if "body" in options else ())}
    if not needs_token:
        statuses.discard(401)
    links = {
        follower: {
            "operationId": follower,
            "parameters": {name: f"$response.body#{pointer}" for name, pointer in parameters.items()},
        }
        for follower, parameters in leads_to.items()
    }
    meaning = "Done." if answer is None else "As it now is."
    success = Returns(status, answer, meaning, links=links, content_type=content_type, also=also)
    errors = [Returns(refused, ErrorAnswerSchema(), _MEANINGS[refused]) for refused in sorted(statuses)]
    resource = path.split("/")[1]
    return operation(
        method,
        path,
        id=id,
        source=SOURCE,
        returns=(success, *errors),
        tags=(resource,),
        **{"body_limit": BODY_LIMIT, "query": _NO_QUERY, **options},
    )
