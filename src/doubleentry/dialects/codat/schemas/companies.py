"""Companies: your customers.

Source: Codat, schemas Company, CompanyRequestBody and CompanyUpdateRequest (2023 and current); guide "Companies".
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, validate

from doubleentry.dialects.codat.querying import CONNECTION_TEXTS, DATES
from doubleentry.dialects.codat.schemas.base import (
    CodatAnswer,
    CodatSchema,
    Freeform,
    Guid,
    Many,
    One,
    Text,
    Timestamp,
)
from doubleentry.dialects.codat.schemas.connections import ConnectionSchema
from doubleentry.dialects.codat.schemas.pages import filtered_query, page_of
from doubleentry.engine.overriding import override
from doubleentry.web.fields import Matches

MAX_TAGS: Final = 10
MAX_TAG_KEY: Final = 27
MAX_TAG_VALUE: Final = 100
_FORBIDDEN: Final = re.compile(r"[^A-Za-z0-9\s\-'&@.,?!]", re.ASCII)
_SOMETHING_LEFT: Final = r"[A-Za-z0-9\-'&@.,?!]"


def clean_name(name: str) -> str:
    """Return a company's name as Codat keeps it: what it forbids is taken out, not refused."""
    return _FORBIDDEN.sub("", name)


class CompanyName(Text):
    """A company's name. Forbidden characters are taken out silently; one that has no other is refused as missing."""

    def __init__(self, *, required: bool = False, allow_none: bool = False) -> None:
        """Take whether it must be there, and whether null stands for its absence."""
        super().__init__(
            validate=Matches(_SOMETHING_LEFT),
            post_load=clean_name,
            metadata={
                "minLength": 1,
                "examples": ["Corner Cafe"],
                "description": "Letters, digits, blanks and - ' & @ . , ? ! are kept, the rest is taken out.",
            },
            required=required,
            allow_none=allow_none,
        )

    @override
    def _wording(self, validator: object, value: object) -> str:
        return self.missing_words if isinstance(validator, Matches) else super()._wording(validator, value)


class Tags(Freeform):
    """At most ten pairs of your own: keys of 1 to 27 characters, values of at most 100."""

    def __init__(self, *, allow_none: bool = False) -> None:
        """Take whether null stands for its absence."""
        super().__init__(
            values=Text(validate=validate.Length(max=MAX_TAG_VALUE)),
            metadata={
                "maxProperties": MAX_TAGS,
                "anyOf": [{"propertyNames": {"minLength": 1, "maxLength": MAX_TAG_KEY}}],
                "examples": [{"region": "uk"}],
            },
            allow_none=allow_none,
        )

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        del attr, data, kwargs
        if not isinstance(value, Mapping):
            raise self.make_error("invalid")
        if any(not isinstance(tag, str) for tag in value.values()):
            raise ValidationError(f"The JSON value could not be converted to {Text.net_type}.")
        if len(value) > MAX_TAGS:
            raise ValidationError(f"The field {self.net_name} must hold at most {MAX_TAGS} tags.")
        if any(not 1 <= len(str(key)) <= MAX_TAG_KEY or len(tag) > MAX_TAG_VALUE for key, tag in value.items()):
            raise ValidationError(
                f"The field {self.net_name} must have keys of 1 to {MAX_TAG_KEY} and values of at most {MAX_TAG_VALUE} "
                "characters."
            )
        return dict(value)


class CreateCompanySchema(CodatSchema):
    """What a company is made from, and replaced with: what is left out on replacing is emptied."""

    name = CompanyName(required=True)
    description = Text(allow_none=True, metadata={"examples": ["Requested early access to the new financing scheme."]})
    tags = Tags(allow_none=True)


class UpdateCompanySchema(CodatSchema):
    """What changes in a company; what is left out or null stays."""

    name = CompanyName(allow_none=True)
    description = Text(allow_none=True, metadata={"examples": ["Requested early access to the new financing scheme."]})
    tags = Tags(allow_none=True)


class CompanyLinksSchema(CodatAnswer):
    """Where people see the company."""

    portal = Text(metadata={"format": "uri"})


class CompanyReferenceSchema(CodatAnswer):
    """A company as others refer to it."""

    id = Guid(required=True)
    name = Text(required=True)
    description = Text(allow_none=True)
    links = One(CompanyLinksSchema)
    tags = Tags()


class CompanySchema(CodatAnswer):
    """A company, in the key order of the API's samples."""

    id = Guid(required=True)
    name = Text(required=True)
    description = Text(allow_none=True)
    platform = Text(metadata={"deprecated": True})
    redirect = Text(required=True, metadata={"format": "uri"})
    last_sync = Timestamp(allow_none=True)
    data_connections = Many(One(ConnectionSchema))
    created = Timestamp()
    created_by_user_name = Text(allow_none=True)
    products = Many(Text())
    tags = Tags()
    reference_parent_company = One(CompanyReferenceSchema, allow_none=True)
    reference_subsidiary_companies = Many(One(CompanyReferenceSchema))


CompaniesSchema = page_of(CompanySchema, "Companies")
"""A page of companies."""

CompaniesQuerySchema = filtered_query(
    "CompaniesQuery",
    (
        "id",
        "name",
        "description",
        "platform",
        "redirect",
        "createdByUserName",
        *(f"dataConnections.{name}" for name in CONNECTION_TEXTS),
    ),
    (*(f"dataConnections.{name}" for name in DATES), "created", "lastSync"),
    tags=True,
)
"""Which companies to list."""
