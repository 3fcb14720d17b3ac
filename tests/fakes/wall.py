"""A machine's clock that stands still, or is moved by hand."""

from datetime import UTC, datetime, timedelta

START = datetime(2022, 8, 3, 1, 30, 9, tzinfo=UTC)


class FakeWall:
    """What `World.wall` asks."""

    def __init__(self, now=START):
        self.now = now

    def __call__(self):
        return self.now

    def move(self, **units):
        self.now += timedelta(**units)
