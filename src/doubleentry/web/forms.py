"""Requests as they come, with forms in parts that no browser makes."""

from typing import IO, TYPE_CHECKING, Any

from flask import Request
from werkzeug.formparser import FormDataParser

from doubleentry.engine.overriding import override

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import FileStorage, MultiDict

MOST_FORM_PARTS = 100
MOST_TEXT_PARTS = 32 * 1024 * 1024


class EveryPartNamed(FormDataParser):
    """Gives a part without a name an empty one; Werkzeug has None for it, and says that it is text."""

    @override
    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> "tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]":
        rest, texts, files = super().parse(stream, mimetype, content_length, options)
        return rest, self._named(texts), self._named(files)

    def _named(self, values: "MultiDict[str, Any]") -> "MultiDict[str, Any]":
        return self.cls([(name or "", value) for name, value in values.items(multi=True)])


class FormRequest(Request):
    """Lets go of each file that was begun, also of those in a form that breaks off."""

    form_data_parser_class = EveryPartNamed

    def __init__(self, environ: "WSGIEnvironment") -> None:
        # An environment that has the request, which has the environment, would wait for the garbage collector.
        super().__init__(environ, populate_request=False)
        self.max_form_parts = MOST_FORM_PARTS
        self.max_form_memory_size = MOST_TEXT_PARTS
        self._begun: list[IO[bytes]] = []

    @override
    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        stream = super()._get_file_stream(total_content_length, content_type, filename, content_length)
        self._begun.append(stream)
        return stream

    @override
    def close(self) -> None:
        super().close()
        for stream in self._begun:
            stream.close()
