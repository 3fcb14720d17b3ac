"""Who gets JSON: the framework's rule about ``Accept``.

Source: laravel/framework 8.83.26, ``Http/Concerns/InteractsWithContentTypes.php`` (observed).
"""

from flask import Request

ANY = frozenset({"*/*", "*"})
_PHP_FALSE = frozenset({"", "0"})
"""What a header may say and be as good as missing: PHP takes every other text for true."""


def expects_json(request: Request) -> bool:
    """Whether an error is told as JSON: when that is what the caller wants most, or a page's script takes anything."""
    wanted = acceptable(request.headers.get("Accept", ""))
    if not wanted or wanted[0] in ANY:
        is_script = request.headers.get("X-Requested-With") == "XMLHttpRequest"
        return is_script and request.headers.get("X-PJAX", "") in _PHP_FALSE
    return "/json" in wanted[0] or "+json" in wanted[0]


def acceptable(header: str) -> list[str]:
    """Return the types of an ``Accept`` header, the most wanted first; of equals the first named."""
    ranked: dict[str, float] = {}
    for part in header.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name:
            ranked[name] = _quality(parameters)
    return sorted(ranked, key=lambda name: -ranked[name])


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
