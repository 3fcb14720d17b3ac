"""How much is kept of what was told: a server that runs for weeks does not grow by it."""

from typing import Final

from doubleentry.engine.ports import Store

MOST_EVENTS: Final = 10_000
COUNTER: Final = "dropped events"


def make_room(store: Store, most: int = MOST_EVENTS) -> None:
    """Drop the oldest events beyond a number, with their deliveries and the attempts at those.

    One that is still on its way is kept, and what came after it: its delivery is work to be done.

    Args:
        store: Where they are.
        most: How many events are kept.
    """
    while store.count("events") > most:
        (oldest,) = store.find("events", limit=1)
        deliveries = store.find("deliveries", {"event": oldest["id"]})
        if any(delivery["status"] == "pending" for delivery in deliveries):
            return
        for delivery in deliveries:
            for attempt in store.find("attempts", {"delivery": delivery["id"]}):
                store.remove("attempts", attempt["id"])
            store.remove("deliveries", delivery["id"])
        store.remove("events", oldest["id"])
        store.put("counters", COUNTER, {"last": dropped(store) + 1})


def dropped(store: Store) -> int:
    """Return how many of the oldest events are gone."""
    document = store.get("counters", COUNTER)
    return 0 if document is None else int(document["last"])
