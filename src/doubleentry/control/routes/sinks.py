"""Sinks: receivers of webhooks that are built in."""

import re
from typing import Final

from doubleentry.control import sinks
from doubleentry.control.declaring import SOURCE, control
from doubleentry.control.schemas.sinks import NAME_PATTERN, ProgramSchema, SinkSchema, SinksSchema
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer
from doubleentry.web.operation import Operation, Returns
from doubleentry.web.spoiling import DELAY, SPOIL, Spoil

NAME: Final = re.compile(NAME_PATTERN)
BODY_LIMIT: Final = 10 * 1024 * 1024


@control("GET", "/sinks", "listSinks", SinksSchema())
def list_sinks(call: Call) -> object:
    """List the sinks that were programmed or sent to."""
    return {
        "sinks": [
            {"name": name, "url": _url(call, name), "received": sinks.state(call.workspace, name)["received"]}
            for name in sinks.names(call.workspace)
        ]
    }


@control("GET", "/sinks/{sink}", "getSink", SinkSchema())
def get_sink(call: Call) -> object:
    """Show a sink's URL, what it was sent and what it will answer; a sink is there as soon as it is named."""
    return _shown(call, _name(call))


@control("PUT", "/sinks/{sink}/program", "programSink", SinkSchema(), body=ProgramSchema())
def program_sink(call: Call) -> object:
    """Say what a sink answers to its next requests, one each: a list such as 500, 500, 200."""
    name = _name(call)
    sinks.program(call.workspace, name, call.body["answers"])
    return _shown(call, name)


@control("DELETE", "/sinks/{sink}/requests", "clearSink", None, status=204)
def clear_sink(call: Call) -> object:
    """Forget what a sink was sent, and what it was to answer."""
    sinks.clear(call.workspace, _name(call))
    return None


def _taking(method: str) -> Operation:
    """Return the operation by which a sink takes requests: not in the document, because it answers as it is told."""
    return Operation(
        id=f"sink{method.title()}",
        method=method,
        paths=("/sinks/{sink}",),
        handler=_take,
        source=SOURCE,
        returns=(Returns(200, None, "As programmed."),),
        summary="Take a request.",
        body_limit=BODY_LIMIT,
        hidden=True,
    )


def _take(call: Call) -> object:
    """Keep a request, and answer as programmed."""
    request = call.request
    told = sinks.take(
        call.workspace,
        _name(call),
        {
            "method": request.method,
            "query": request.query_string.decode("utf-8", "replace"),
            "headers": dict(request.headers),
            "body": request.get_data().decode("utf-8", "replace"),
        },
    )
    if "delay_seconds" in told:
        request.environ[DELAY] = float(told["delay_seconds"])
    if "spoil" in told:
        request.environ[SPOIL] = Spoil(told["spoil"], float(told.get("seconds", 0)))
    return Answer(told["status"], told["body"], told["headers"], content_type="text/plain; charset=utf-8")


take_post, take_put, take_patch, take_delete = map(_taking, ("POST", "PUT", "PATCH", "DELETE"))


def _shown(call: Call, name: str) -> Document:
    requests = sinks.shown(call.workspace, name)
    return {**sinks.state(call.workspace, name), "url": _url(call, name), "requests": requests}


def _url(call: Call, name: str) -> str:
    return f"{call.base_url}/sinks/{name}"


def _name(call: Call) -> str:
    """Return the name of the sink that a path names.

    Raises:
        InvalidInput: No sink can have it.
    """
    name = call.path["sink"]
    if NAME.fullmatch(name) is None:
        raise InvalidInput([Problem(("sink",), f"{name!r} does not match {NAME.pattern}")], "path")
    return name
