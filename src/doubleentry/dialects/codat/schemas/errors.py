"""The body of every refusal.

Source: Codat, guide "Errors"; schemas ErrorMessage (2023 and current) and CodatErrorMessage (2023).
"""

from doubleentry.dialects.codat.schemas.base import CodatAnswer, Many, One, Text, WholeNumber


class ErrorValidationItemSchema(CodatAnswer):
    """One thing that is wrong with what was sent."""

    item_id = Text(required=True, allow_none=True, metadata={"examples": ["Items[0].Lines[0].NetAmount"]})
    message = Text(
        required=True,
        allow_none=True,
        metadata={"examples": ["The field NetAmount must be between 0 and 5000000."]},
    )
    validator_name = Text(allow_none=True)


class ErrorValidationSchema(CodatAnswer):
    """All that is wrong with what was sent."""

    errors = Many(One(ErrorValidationItemSchema), required=True, allow_none=True)
    warnings = Many(One(ErrorValidationItemSchema), required=True, allow_none=True)


class ErrorMessageSchema(CodatAnswer):
    """A refusal. ``validation`` is always there, null if need be: an official client fails without it."""

    status_code = WholeNumber(required=True, metadata={"examples": [404]})
    service = Text(required=True, metadata={"examples": ["ExpenseSyncApi"]})
    error = Text(required=True, metadata={"examples": ["NotFound"]})
    correlation_id = Text(required=True, metadata={"examples": ["0f1e2d3c4b5a69788796a5b4c3d2e1f0"]})
    validation = One(ErrorValidationSchema, required=True, allow_none=True)
    can_be_retried = Text(required=True, metadata={"examples": ["Unknown"], "description": "A word, not a boolean."})
    detailed_error_code = WholeNumber(required=True, metadata={"examples": [0]})
