"""A process of its own that takes up a workspace's dump: `python -m tests.functional.restart DUMP.json`.

It prints what `go_on` returns, as JSON.
"""

import sys
from datetime import timedelta
from pathlib import Path

from doubleentry.adapters.tinydb import TinyStore
from doubleentry.app import Application
from doubleentry.config import Config
from doubleentry.engine.documents import decode, encode
from tests.dialects.codat.caller import Codat


def go_on(codat):
    """Advance a workspace, release what is held, advance again, and return all that can be told of it."""
    workspace = codat.workspace
    workspace.advance(by=timedelta(hours=1))
    for sync in workspace.syncs.all({"status": "running"}):
        codat.steer("POST", f"/syncs/{sync.id}/release")
    workspace.advance(by=timedelta(hours=1))
    return encode({"dump": workspace.dump(), "timeline": workspace.timeline.entries()})


def main(path):
    application = Application(Config(fixture="empty"))
    codat = Codat(application, "taken-up")
    codat.workspace.replace(TinyStore(decode(Path(path).read_bytes())))
    sys.stdout.buffer.write(go_on(codat))
    application.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
