"""schemathesis over the document of one surface, in-process: what it sent, what came back, and what is wrong with it.

All of its checks are on. Each case meets a fresh workspace, and so does each scenario, for all of its steps. The clock
is frozen, the seed is fixed, and nothing is kept from one run to the next.
"""

import io
import json
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from hypothesis import settings
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema, observations
from schemathesis.engine.run import PhaseName
from schemathesis.generation.stateful.state_machine import normalize_name
from schemathesis.specs.openapi.schemas import OpenApiSchema
from schemathesis.transport.wsgi import WSGI_TRANSPORT, WSGITransport
from werkzeug.test import Client
from werkzeug.wrappers import Response

from doubleentry.app import SURFACES, Application, openapi
from doubleentry.config import ClockSetting, Config
from doubleentry.web.host import DEFAULT_WORKSPACE

PHASES = ("examples", "coverage", "fuzzing", "stateful")
SEED = 14940
SECONDS = re.compile(r"(^|&)seconds=(?:[0-9]{1,2}|[12][0-9]{2}|300)(?=&|$)")
"""How long a stream is asked to go on, where that is for a time that may be asked for."""

START = datetime(2022, 8, 3, 1, 30, 9, tzinfo=UTC)


_same_origin_path = observations._same_origin_path  # noqa: SLF001 - see below


def _with_care(value, origin):
    """Look for a path in a text of an answer; schemathesis gives up where that begins like a URL and is none."""
    try:
        return _same_origin_path(value, origin)
    except ValueError:
        return None


observations._same_origin_path = _with_care  # noqa: SLF001 - there is no other place to mend it
CHECKS = {
    "AllowHeaderMismatch": "allow_header_conformance",
    "AcceptedNegativeData": "negative_data_rejection",
    "EnsureResourceAvailability": "ensure_resource_availability",
    "RejectedPositiveData": "positive_data_acceptance",
    "ServerError": "not_a_server_error",
    "UnsupportedMethodResponse": "unsupported_method",
    "UseAfterFree": "use_after_free",
}
"""The checks that an exception can be made from, by what they raise."""


REFUSALS = ("400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "5xx")
"""What may come of a request that does not fit: schemathesis' own list, and 413, for it may be too large as well."""


class Excepted(NamedTuple):
    """A check that does not hold for an operation, as the vendor is; with `of`, only where that is told."""

    check: str
    operation: str
    status: int
    fact: str
    source: str
    of: str = ""


class Problem(NamedTuple):
    """A check that failed."""

    check: str
    operation: str
    status: int
    told: str


class Step(NamedTuple):
    """One request of a scenario: the operations that led to it by links, with itself last, and what came back."""

    operations: tuple[str, ...]
    status: int
    body: object


@dataclass
class Report:
    """What a run found."""

    operations: tuple[str, ...]
    answers: Counter = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def succeeded(self):
        """The operations that were answered with success at least once."""
        return {operation for operation, _, status in self.answers if 200 <= status < 300}

    @property
    def share(self):
        """How many of a hundred operations that is."""
        return 100 * len(self.succeeded) / len(self.operations)

    def __str__(self):
        missing = sorted(set(self.operations) - self.succeeded)
        spent = ", ".join(f"{phase} {seconds:.1f} s" for phase, seconds in self.seconds.items() if seconds >= 0.1)
        return (
            f"{sum(self.answers.values())} requests; {len(self.succeeded)} of {len(self.operations)} operations "
            f"({self.share:.1f} %) reached success{', all but ' + ', '.join(missing) if missing else ''}; {spent}"
        )


class World:
    """An application whose default workspace can be put back to where it began."""

    def __init__(self, prepare=None, **settings):
        clock = ClockSetting(mode="frozen", instant=START)
        self.application = Application(Config(clock=clock, access_log=False, **settings), testing=True)
        workspace = self.application.workspaces.open(DEFAULT_WORKSPACE)
        if prepare is not None:
            prepare(Client(self.application.wsgi, Response))
        self._store = workspace.store
        snapshots = self.application.workspaces.snapshots
        self._snapshots = {snapshot.name: snapshots.document(snapshot.name) for snapshot in snapshots.all()}
        workspace.replace(self._store.branch())
        self.begins_with_each_request = True

    def begin(self):
        """Return to the beginning."""
        workspaces = self.application.workspaces
        for workspace in workspaces:
            if workspace.name != DEFAULT_WORKSPACE:
                workspaces.delete(workspace.name)
        workspaces.open(DEFAULT_WORKSPACE).replace(self._store.branch())
        known = {snapshot.name for snapshot in workspaces.snapshots.all()}
        for name in known - self._snapshots.keys():
            workspaces.snapshots.remove(name)
        for name in self._snapshots.keys() - known:
            workspaces.snapshots.take_in(name, self._snapshots[name])

    def wsgi(self, environ, start_response):
        if self.begins_with_each_request:
            self.begin()
        if environ["PATH_INFO"].endswith("/wait"):
            _do_not_wait(environ)
        if environ["PATH_INFO"].endswith("/timeline/stream"):
            _do_not_stay(environ)
        return self.application.wsgi(environ, start_response)


def _do_not_stay(environ):
    """Let a stream end with what is there, as nothing else happens while a case is run."""
    query = SECONDS.sub(r"\1seconds=0", environ.get("QUERY_STRING", ""))
    environ["QUERY_STRING"] = query if "seconds=" in query else f"{query}&seconds=0".lstrip("&")


def _do_not_wait(environ):
    """Let a wait's time-out pass at once, whatever it is, as nothing else happens while a case is run."""
    content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        timeout = body.get("timeout", 30)
        if not isinstance(timeout, bool) and isinstance(timeout, int | float) and 0 < timeout <= 300:
            content = json.dumps({**body, "timeout": 0}).encode()
    environ["wsgi.input"] = io.BytesIO(content)
    environ["CONTENT_LENGTH"] = str(len(content))


class InProcess(WSGITransport):
    """Drops what only means something to a socket, which checks that ask once more pass on as it is."""

    def __init__(self):
        super().__init__()
        self._serializers = WSGI_TRANSPORT._serializers  # noqa: SLF001 - there is no other way to have the same ones

    def send(self, case, *, session=None, **options):
        if session is None:
            for name in ("max_redirects", "verify", "cert", "proxies"):
                options.pop(name, None)
        return super().send(case, session=session, **options)


class Tested(OpenApiSchema):
    """A document whose scenarios each begin in a fresh workspace."""

    world: World
    begins_with: str | None

    @property
    def transport(self):
        return InProcess()

    def build_state_machine(self, **options):
        machine = super().build_state_machine(**options)
        world = self.world

        class Fresh(machine):
            def __init__(self):
                world.begin()
                super().__init__()

        if self.begins_with is not None:
            allowed = normalize_name(f"RANDOM -> {self.begins_with}")
            for rule in machine.root_rules - {allowed}:
                setattr(Fresh, rule, None)
        return Fresh


def fuzz(  # noqa: PLR0913 - one call says all
    surface, world, exceptions=(), *, key=None, headers=(), only=None, begins_with=None, seed=SEED, **phases
):
    """Run schemathesis over the document of a surface.

    Args:
        surface: Its name.
        world: What serves it.
        exceptions: Which checks do not hold, where and why.
        key: The value of the header that authenticates, or the token of a bearer, where one is asked for.
        headers: Headers that every request has.
        only: The operations to call; None for all.
        begins_with: The method and path that scenarios begin with; None for any.
        seed: What the cases are made from.
        phases: The settings of each phase that is run.
    """
    described = next(each for each in SURFACES if each.name == surface)
    document = openapi(described, described.mount)
    _take_bodies_of_links_as_they_are(document)
    options = {
        "seed": seed,
        "suppress-health-check": ["all"],
        "continue-on-failure": True,
        "workers": 1,
        "generation": {"database": "none"},
        "cache": {"enabled": False},
        "checks": {"negative_data_rejection": {"expected-statuses": list(REFUSALS)}},
        "phases": {name: phases.get(name, {"enabled": False}) for name in PHASES},
    }
    if key is not None:
        scheme = document["components"]["securitySchemes"]["key"].get("scheme", "api_key")
        options["auth"] = {"openapi": {"key": {scheme: key}}}
    if headers:
        options["headers"] = dict(headers)
    config = SchemathesisConfig.from_dict(options).projects.get(document)
    schema = Tested(raw_schema=document, config=config, app=world.wsgi)
    if only is not None:
        schema = schema.include(operation_id=list(only))
    schema.world = world
    schema.begins_with = begins_with
    names = {
        f"{method.upper()} {path}": operation["operationId"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if only is None or operation["operationId"] in only
    }
    known = [(exception.check, exception.operation, exception.status, exception.of) for exception in exceptions]
    known += [
        (check, operation.id, 501, "")
        for operation in _beside_gaps(described)
        for check in ("not_a_server_error", "unsupported_method")
    ]

    @schema.hook
    def filter_failure(_context, failure, case, response):
        check = CHECKS.get(type(failure).__name__)
        found = (check, names[case.operation.label], response.status_code)
        return not any(found == tuple(where) and of in failure.message for *where, of in known)

    report = Report(tuple(names.values()))
    with _seeded():
        _run(schema, world, report, names)
    return report


def _beside_gaps(surface):
    """Return the operations at whose paths another method is documented, and not emulated."""
    gaps = {_shape(gap.path) for gap in surface.gaps}
    return [operation for operation in surface.operations if _shape(operation.path) in gaps]


def _shape(path):
    return re.sub(r"{\w+}", "*", path)


@contextmanager
def _seeded():
    """Let the seed decide: Hypothesis makes up its own where it thinks that it runs in CI, and other cases with it."""
    before = settings.get_current_profile_name()
    settings.load_profile("default")
    try:
        yield
    finally:
        settings.load_profile(before)


def _run(schema, world, report, names):
    began = 0.0
    for event in from_schema(schema).execute():
        match event:
            case events.PhaseStarted():
                world.begins_with_each_request = event.phase.name is not PhaseName.STATEFUL_TESTING
                began = event.timestamp
            case events.PhaseFinished():
                report.seconds[event.phase.name.value] = event.timestamp - began
            case events.ScenarioFinished():
                _take_in(report, event, names)
            case events.NonFatalError() | events.FatalError():
                report.errors.append(repr(event))


def _take_bodies_of_links_as_they_are(document):
    """Say in schemathesis's own words what OpenAPI means: the body of a link is the whole body, not a part of one."""
    for methods in document["paths"].values():
        for operation in methods.values():
            for answer in operation["responses"].values():
                for link in answer.get("links", {}).values():
                    link["x-schemathesis"] = {"merge_body": False}


def _take_in(report, event, names):
    recorder = event.recorder
    statuses = {}
    for id, interaction in recorder.interactions.items():
        status = 0 if interaction.response is None else interaction.response.status_code
        statuses[id] = status
        operation = names.get(recorder.cases[id].value.operation.label, "?")
        report.answers[operation, event.phase.value, status] += 1
        if event.phase is PhaseName.STATEFUL_TESTING and status < 300:
            report.steps.append(Step(_led_to(recorder, id, names), status, _body(interaction.response)))
    for id, checks in recorder.checks.items():
        operation = names.get(recorder.cases[id].value.operation.label, "?")
        report.problems += [
            Problem(
                check.name,
                operation,
                statuses.get(id, 0),
                f"{event.phase.value}: {check.failure_info.failure}\n{check.failure_info.code_sample}",
            )
            for check in checks
            if check.failure_info is not None
        ]


def _led_to(recorder, id, names):
    chain = []
    while id is not None:
        node = recorder.cases[id]
        chain.append(names.get(node.value.operation.label, "?"))
        id = node.parent_id
    return tuple(reversed(chain))


def _body(response):
    try:
        return json.loads(response.content)
    except ValueError:
        return None
