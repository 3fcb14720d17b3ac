"""Receipts."""

import re
from typing import Any, Final

from doubleentry.dialects.sync2books.errors import Refused
from doubleentry.dialects.sync2books.platforms import MOST_FILE_BYTES
from doubleentry.dialects.sync2books.routes.declaring import application, returns
from doubleentry.dialects.sync2books.routes.editions import operation
from doubleentry.dialects.sync2books.rules import attachments
from doubleentry.dialects.sync2books.rules.attachments import Upload
from doubleentry.dialects.sync2books.schemas.attachments import AttachmentSchema
from doubleentry.dialects.sync2books.wire import free_text
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.uploads import BINARY, base_name, hashed

UPLOAD: Final = 'Sync2Books, guide "Upload receipts"'
FILE_IS_REQUIRED: Final = "File is required"
ONE_TOO_MANY: Final = "Unexpected file field - {}"  # the framework's own words; "one file per request" is documented
NO_UUID: Final = "Validation failed (uuid is expected)"  # the framework's own words
UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
LARGEST: Final = MOST_FILE_BYTES + 1024 * 1024
"""A file of the largest size, with what a form puts around it."""
FORM: Final[dict[str, Any]] = {
    "schema": {
        "type": "object",
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "note": {"type": "string"},
            "includeOnSend": {"type": "string", "enum": ["true", "false"]},
            "lineInfo": {"type": "string"},
        },
        "required": ["file"],
    },
    "encoding": {"file": {"contentType": BINARY}},
}


@operation(
    "POST",
    "/connections/{connectionId}/syncs/{syncId}/transactions/{transactionId}/attachments",
    id="upload-attachment",
    source=UPLOAD,
    form=FORM,
    body_limit=LARGEST,
    unlocked=True,  # other requests need not wait while a large file is read
    returns=returns(AttachmentSchema(), "The file as it is kept.", 400, 404, 413, status=201),
    tags=("Attachments",),
)
def upload_attachment(call: Call) -> Document:
    """Upload a receipt for an expense that was written."""
    path = call.path
    expense_id = free_text(path["transactionId"])
    ids = path["syncId"], expense_id
    if call.quirk("sync2books.attachment-ids") == "uuid" and not all(map(UUID.match, ids)):
        raise Refused(400, NO_UUID)
    files, texts = call.form()
    file = files.get("file")
    if file is None or not file.filename:
        raise Refused(400, FILE_IS_REQUIRED)
    for name, each in files.items(multi=True):
        if each is not file and each.filename:
            raise Refused(400, ONE_TOO_MANY.format(name))
    sent = Upload(
        name=base_name(file.filename),
        media_type=file.mimetype or BINARY,
        content=hashed(file.stream),
        note=texts.get("note"),
        # A form has texts only: "false" is false.
        include_on_send=texts.get("includeOnSend", "").strip().lower() == "true",
    )
    with call.workspace.transaction():
        return attachments.upload(
            call.workspace, application(call), path["connectionId"], path["syncId"], expense_id, sent
        )
