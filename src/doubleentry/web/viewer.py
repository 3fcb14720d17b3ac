"""The pages that show a surface's document: Swagger UI from its package, so that nothing is fetched from elsewhere."""

from typing import TYPE_CHECKING

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from doubleentry.engine.documents import encode
from doubleentry.web.envelope import envelope
from doubleentry.web.operation import JSON

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""A browser holds the pages to this origin."""


def viewer(title: str) -> Flask:
    """Return an application with the pages at ``/docs/``, which read the document beside them.

    Args:
        title: Of the pages.
    """
    from flask_swagger_ui import get_swaggerui_blueprint  # noqa: PLC0415 - few runs look at documents

    settings = {
        "app_name": title,
        "layout": "BaseLayout",  # without the field that another URL could be entered in
        "validatorUrl": None,
        "oauth2RedirectUrl": "oauth2-redirect.html",
        "docExpansion": "list",
    }
    app = Flask("doubleentry.docs", static_folder=None)
    # A path with two slashes leads nowhere, instead of by a page of the framework's to one that is built from it.
    app.url_map.merge_slashes = False
    # All that the pages ask for is named relative to them, so that they work wherever the surface is mounted.
    app.register_blueprint(get_swaggerui_blueprint(".", "../openapi.json", config=settings), url_prefix="/docs")
    app.register_error_handler(HTTPException, _refused)
    app.after_request(_restricted)
    return app


def _refused(error: HTTPException) -> "AnyResponse":
    body = envelope(type(error).__name__, "The viewer of the document has no such page.")
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    return Response(encode(body), error.code, headers, content_type=JSON)


def _restricted(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
