"""What all workspaces of a server share: the way in and out, and what each dialect decides."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from doubleentry.engine.books import Template
from doubleentry.engine.clock import wall_now
from doubleentry.engine.pace import NO_OTHERS, PRESETS, Pace
from doubleentry.engine.ports import StampClock, StoreFactory, SyncRules, WebhookFormat, WebhookTransport
from doubleentry.engine.recipes import Recipe


class World(Struct, frozen=True):
    """What all workspaces share: the way in and out, and each dialect's rules.

    Attributes:
        stores: Makes stores.
        transport: The way out for webhooks.
        rules: What each dialect decides about a sync.
        formats: How each dialect calls back.
        templates: What a new ledger holds, by platform.
        settings: The default of each setting that a workspace may change.
        recipes: The documented failures, by name.
        shapes: What the documents must have that others than the engine keep, or read.
        pace: How syncs move unless told otherwise.
        paces: How those of some dialects do, by their names.
        wall: The machine's own time.
        wake: Called when something may have become due: whoever waits in real time should look again.
        url: Returns where a workspace of some name can be reached, without a final slash.
        stamp_clock: Whose time is in the time stamps of webhooks, unless a workspace is set otherwise.
    """

    stores: StoreFactory
    transport: WebhookTransport
    rules: Mapping[str, SyncRules]
    formats: Mapping[str, WebhookFormat]
    templates: Mapping[str, Template]
    settings: Mapping[str, str]
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    shapes: Mapping[str, Any] = field(default_factory=dict)
    pace: Pace = PRESETS["quick"]
    paces: Mapping[str, Pace] = NO_OTHERS
    wall: Callable[[], datetime] = wall_now
    wake: Callable[[], None] = lambda: None
    url: Callable[[str], str] = lambda name: f"http://127.0.0.1/w/{name}"
    stamp_clock: StampClock = StampClock.WALL
