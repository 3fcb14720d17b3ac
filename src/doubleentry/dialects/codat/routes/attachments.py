"""Receipts, in all the disguises that guides and clients have given the upload.

The current API names the part ``file``; clients of 2023 say ``fileName``, or send two text fields and no file; guides
say ``yourFileData`` beside ``yourFileMetaData``, or name the part as the file itself. So: the first part that has a
file name, else the first part that is not empty.
"""

import io
from typing import IO, Any, Final

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from doubleentry.dialects.codat.errors import invalid
from doubleentry.dialects.codat.routes.declaring import E1, expenses, returns
from doubleentry.dialects.codat.rules import attachments
from doubleentry.dialects.codat.schemas.attachments import AttachmentSchema
from doubleentry.engine.books import FileHash
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import Problem
from doubleentry.web.context import Call
from doubleentry.web.errors import BodyTooLarge, MalformedBody, WrongContentType
from doubleentry.web.operation import MULTIPART, operation

LARGEST: Final = 360 * 1024 * 1024
"""A little above the largest file that any platform takes."""
PIECE: Final = 64 * 1024
UNNAMED: Final = "receipt.pdf"
"""For a part that has no file name anywhere: clients of 2023 that send text fields do not always tell one."""

FORM: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
}


@operation(
    "POST",
    *expenses("/syncs/{syncId}/transactions/{transactionId}/attachments"),
    id="upload-attachment",
    source=E1,
    form=FORM,
    body_limit=LARGEST,
    returns=returns(AttachmentSchema(), "The file as the platform has it.", 400, 413, 415),
    tags=("Attachments",),
)
def upload_attachment(call: Call) -> Document:
    """Upload a receipt for a transaction that was pushed."""
    name, media_type, stream = _file(call)
    content = FileHash()
    while piece := stream.read(PIECE):
        content.add(piece)
    path = call.path
    return attachments.upload(
        call.workspace, path["companyId"], path["syncId"], path["transactionId"], name, media_type, content
    )


def _file(call: Call) -> tuple[str, str, IO[bytes]]:
    """Return name, media type and bytes of the file in a form."""
    if call.request.mimetype != MULTIPART:
        raise WrongContentType(f"Expected {MULTIPART}, not {call.request.mimetype or 'a body without a type'}.")
    try:
        files, texts = call.request.files, call.request.form
    except RequestEntityTooLarge as error:
        raise BodyTooLarge("The form has too many parts, or too long ones.") from error
    except HTTPException as error:
        raise MalformedBody(f"The form cannot be read: {error.description}") from error
    for part, file in files.items(multi=True):
        if file.filename:
            name = file.filename if "." in file.filename or "." not in part else part
            return name, file.mimetype or "application/octet-stream", file.stream
    named = [(part, text) for part, text in texts.items(multi=True) if text]
    if not named:
        raise invalid(Problem(("file",), "The File field is required."))
    content = named[0][1]
    name = next((text for part, text in named[1:] if "." in text and len(text) < 256), UNNAMED)  # noqa: PLR2004 - a file name
    return name, "application/octet-stream", io.BytesIO(content.encode())
