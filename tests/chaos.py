"""Rules that make a tenth of everything go wrong, in every layer, and what then is seen of a run."""

RULES = (
    {"effect": {"status": 503}},
    {"effect": {"status": 429, "headers": {"Retry-After": "1"}}},
    {"effect": {"delay": {"least": 0.1, "most": 2}}},
    {"effect": {"transport": "truncate"}},
    {"effect": {"transport": "reset"}},
    {"effect": {"webhook": "drop"}},
    {"effect": {"webhook": "duplicate"}},
    {"effect": {"webhook": "delay", "by": "PT90S"}},
)


def wreak(steer, dialect, *of_syncs):
    """Put the rules in, and some about syncs; return their ids by what they do."""
    ids = {}
    for rule in (*RULES, *({"effect": effect} for effect in of_syncs)):
        more = {"match": {"dialect": dialect}, "times": None, "probability": 0.1}
        ids[str(rule["effect"])] = steer("POST", "/faults", {**rule, **more})["id"]
    return ids


def run_of(client, steer, play):
    """Play, and return all that was seen: answers, what the journal says of them, what came of syncs, the counters."""
    answers = [(answer.status, answer.text) for answer in play()]
    client.settle()
    exchanges = [
        (exchange.operation, exchange.fault, exchange.warnings, exchange.status, exchange.answer)
        for exchange in client.application.host.journal(client.workspace).search()
    ]
    faults = steer("GET", "/faults")["faults"]
    return {
        "answers": answers,
        "exchanges": exchanges,
        "timeline": client.workspace.timeline.entries(),
        "faults": [(fault["id"], fault["evaluated"], fault["matched"], fault["fired"]) for fault in faults],
        "layers": {fault["layer"] for fault in faults if fault["fired"]},
    }
