"""Datasets: batches of expenses, in the two bodies that share a path.

Source: Codat, schemas CreateExpenseRequest and CreateExpenseResponse: in 2023 an object with ``items`` in and a
``datasetId`` out, today a bare array in and a ``syncId`` out.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from marshmallow import ValidationError, validate

from doubleentry.dialects.codat.schemas.base import CodatAnswer, CodatSchema, Guid, Many, One
from doubleentry.dialects.codat.schemas.transactions import ExpenseTransactionSchema
from doubleentry.engine.overriding import override

MAX_ITEMS: Final = 50


class DatasetSchema(CodatSchema):
    """The object of 2023: 1 to 50 expenses under ``items``."""

    items = Many(One(ExpenseTransactionSchema), required=True, validate=validate.Length(min=1, max=MAX_ITEMS))


CREATE_EXPENSE_BODY: Final[dict[str, Any]] = {
    "oneOf": [
        DatasetSchema,
        {"type": "array", "minItems": 1, "maxItems": MAX_ITEMS, "items": ExpenseTransactionSchema},
    ]
}
"""What ``CreateExpenseSchema`` reads, as JSON Schema with marshmallow classes where apispec resolves them."""


class CreateExpenseSchema(DatasetSchema):
    """Either body: loads as ``{"items": [...], "bare": bool}``, where ``bare`` tells that an array was sent.

    What is wrong in an array is told by its index: ``[0].Lines[0].NetAmount`` (inferred).

    Attributes:
        described_as: What the API's document says in place of the fields.
    """

    described_as: ClassVar[dict[str, Any]] = CREATE_EXPENSE_BODY

    @override
    def load(self, data: Any, **kwargs: Any) -> dict[str, Any]:
        """Read an object with ``items``, or an array of what those would be.

        Raises:
            ValidationError: The body breaks a rule; all that is wrong is told at once.
        """
        is_bare = isinstance(data, Sequence) and not isinstance(data, str | bytes)
        try:
            loaded = super().load({"items": data} if is_bare else data, **kwargs)
        except ValidationError as error:
            if not is_bare or not isinstance(error.messages, Mapping):
                raise
            problems = error.messages["items"]
            raise ValidationError(problems if isinstance(problems, dict) else {"_schema": problems}) from error
        return {"items": loaded["items"], "bare": is_bare}


class DatasetCreatedSchema(CodatAnswer):
    """The dataset that was stored."""

    dataset_id = Guid(required=True)


class ExpenseCreatedSchema(CodatAnswer):
    """What either body is answered with: the dataset that was stored, or the sync that was started.

    Attributes:
        also: That it is one of the two, for the document.
    """

    also: ClassVar[Mapping[str, Any]] = {"oneOf": [{"required": ["datasetId"]}, {"required": ["syncId"]}]}

    dataset_id = Guid()
    sync_id = Guid()
