"""How what is seen is held against what a recipe promises."""

import re

from doubleentry.engine.recipes import ANY


def keeps(promised, found):
    """Whether a value is as promised: of an object the members that are named, in a text any at `ANY`."""
    if isinstance(promised, str) and isinstance(found, str):
        return re.fullmatch(".+?".join(map(re.escape, promised.split(ANY))), found, re.DOTALL) is not None
    if isinstance(promised, dict):
        return isinstance(found, dict) and all(
            name in found and keeps(promised[name], found[name]) for name in promised
        )
    if isinstance(promised, list):
        return isinstance(found, list) and len(promised) == len(found) and all(map(keeps, promised, found))
    return (promised, type(promised)) == (found, type(found))


def assert_keeps(promised, found, *, whole=False):
    """Hold a value against a promise; `whole` when every member of an object should have been promised."""
    assert keeps(promised, found), (promised, found)
    if whole:
        assert names(promised) == names(found)


def assert_answer_keeps(promise, answer):
    """Hold an answer against a promise about it, every member of its body included."""
    assert answer.status == promise["status"]
    for name, value in promise.get("headers", {}).items():
        assert (name in answer.headers) == (value is not None), name
        assert value is None or keeps(value, answer.headers[name]), (name, answer.headers[name])
    assert_keeps(promise["body"], answer.text if answer.body is None else answer.body, whole=True)


def names(value):
    """Return the members of an object, in order and at any depth."""
    if isinstance(value, dict):
        return [(name, names(value[name])) for name in value]
    return [names(each) for each in value] if isinstance(value, list) else None
