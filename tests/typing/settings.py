"""Settings, as a program that starts the emulator itself would use them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, assert_type

from doubleentry import __version__
from doubleentry.config import ClockSetting, Config, load

assert_type(__version__, str)
assert_type(load({"port": 0}), Config)
assert_type(Config().port, int)
assert_type(Config().codat_port, int | None)
assert_type(Config().clock, ClockSetting)
assert_type(Config().fixtures_dir, Path | None)
assert_type(Config().pace, Literal["quick", "instant", "realistic"])
assert_type(Config().quirks, Mapping[str, str])
assert_type(Config().webhook_allow, tuple[str, ...])
Config(port=0, pace="instant", clock=ClockSetting(mode="frozen"))
