"""A process of its own that takes up a dump: `python -m tests.fakes.restart DUMP.json SECONDS`.

It prints what `go_on` returns, as JSON.
"""

import sys
from datetime import timedelta
from pathlib import Path

from doubleentry.adapters.http import HttpTransport
from doubleentry.adapters.tinydb import TinyStore
from doubleentry.engine.documents import decode, encode
from tests.builders import make_workspace
from tests.fakes.dialect import FakeFormat


def go_on(workspace, by):
    """Advance a workspace, and return all that can be told of it."""
    workspace.advance(by=by)
    return {"dump": workspace.dump(), "timeline": workspace.timeline.entries(), "now": workspace.clock.now()}


def load(text):
    """Return a workspace that holds a dump, sending over HTTP up to five times."""
    return make_workspace(
        "another name",
        store=TinyStore(decode(text)),
        transport=HttpTransport(),
        formats={"fake": FakeFormat(tries=5)},
    )


def main(path, seconds):
    workspace = load(Path(path).read_bytes())
    sys.stdout.buffer.write(encode(go_on(workspace, timedelta(seconds=float(seconds)))))
    workspace.world.transport.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
