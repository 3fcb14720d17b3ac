"""Export: in which form, and of what."""

from typing import Final

from doubleentry.control.schemas.base import ControlSchema, told
from doubleentry.web.fields import Text, Word

JSON_LINES: Final = "application/x-ndjson"
MERMAID: Final = "text/vnd.mermaid"


class ExportQuerySchema(ControlSchema):
    """What to tell, and how."""

    format = Word(
        ("jsonl", "mermaid"),
        load_default="jsonl",
        metadata=told("One JSON object a line, or a sequence diagram in Mermaid's words."),
    )
    sync = Text(metadata=told("Only the story of this sync, with the requests that name it or what it pushed."))
