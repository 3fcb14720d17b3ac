"""Receipts, in all the disguises that guides and clients have given the upload.

The current API names the part ``file``; clients of 2023 say ``fileName``, or send two text fields and no file; guides
say ``yourFileData`` beside ``yourFileMetaData``, or name the part as the file itself. So: the first part that has a
file name, else the first part that is not empty.
"""

import io
from typing import IO, Any, Final

from werkzeug.datastructures import FileStorage

from doubleentry.dialects.codat.errors import invalid
from doubleentry.dialects.codat.routes.declaring import E1, expenses, returns
from doubleentry.dialects.codat.rules import attachments
from doubleentry.dialects.codat.schemas.attachments import AttachmentSchema
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import Problem
from doubleentry.web.context import Call
from doubleentry.web.errors import WrongContentType
from doubleentry.web.operation import MULTIPART, operation
from doubleentry.web.uploads import BINARY, base_name, hashed

LARGEST: Final = 360 * 1024 * 1024
"""A little above the largest file that any platform takes."""
UNNAMED: Final = "receipt.pdf"
"""For a part that has no file name anywhere: clients of 2023 that send text fields do not always tell one."""

FORM: Final[dict[str, Any]] = {
    "schema": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    },
    "encoding": {"file": {"contentType": BINARY}},
}


@operation(
    "POST",
    *expenses("/syncs/{syncId}/transactions/{transactionId}/attachments"),
    id="upload-attachment",
    source=E1,
    form=FORM,
    body_limit=LARGEST,
    unlocked=True,  # other requests need not wait while a large file is read
    returns=returns(AttachmentSchema(), "The file as the platform has it.", 400, 413, 415),
    tags=("Attachments",),
)
def upload_attachment(call: Call) -> Document:
    """Upload a receipt for a transaction that was pushed."""
    name, media_type, stream = _file(call)
    content = hashed(stream)
    path = call.path
    with call.workspace.transaction():
        return attachments.upload(
            call.workspace, path["companyId"], path["syncId"], path["transactionId"], name, media_type, content
        )


def _file(call: Call) -> tuple[str, str, IO[bytes]]:
    """Return name, media type and bytes of the file in a form."""
    if call.request.mimetype != MULTIPART:
        raise WrongContentType(f"Expected {MULTIPART}, not {call.request.mimetype or 'a body without a type'}.")
    files, texts = call.form()
    for part, file in files.items(multi=True):
        if file.filename:
            name = file.filename if "." in file.filename or "." not in part else part
            return _base_name(name), file.mimetype or BINARY, file.stream
    parts: list[tuple[str, IO[bytes], str]] = [
        (part, file.stream, file.mimetype or BINARY) for part, file in files.items(multi=True) if _has_content(file)
    ]
    named = [(part, text) for part, text in texts.items(multi=True) if text]
    parts += [(part, io.BytesIO(text.encode()), BINARY) for part, text in named]
    if not parts:
        raise invalid(Problem(("file",), "The File field is required."))
    part, stream, media_type = parts[0]
    told = next((text for _, text in named[1:] if "." in text and len(text) < 256), UNNAMED)  # noqa: PLR2004 - a file name
    return _base_name(part if "." in part else told), media_type, stream


def _has_content(file: FileStorage) -> bool:
    empty = not file.stream.read(1)
    file.stream.seek(0)
    return not empty


def _base_name(name: str) -> str:
    return base_name(name) or UNNAMED
