"""The company's configuration: what expenses are booked against unless they say otherwise.

Source: Codat, schema CompanyConfiguration (2023 and current); guide "Configure and categorize".
"""

from typing import Any, Final

from doubleentry.dialects.codat.schemas.base import CodatAnswer, CodatSchema, One, RequiredText, Text

CONFIGURATION_EXAMPLE: Final[dict[str, Any]] = {
    "bankAccount": {"id": "075caedd-bc0d-450d-8394-93ef3715b306"},
    "supplier": {"id": "6de1efcf-babf-4187-84b4-3786b35a3cea"},
    "customer": {"id": "5a0cb4e3-b79d-4dda-9b37-9ae9be0dd90f"},
}
"""Of the books that linking to Xero opens."""


class ConfiguredBankAccountSchema(CodatSchema):
    """The account that purchases are paid from."""

    id = RequiredText(metadata={"examples": ["075caedd-bc0d-450d-8394-93ef3715b306"]})


class ConfiguredSupplierSchema(CodatSchema):
    """The supplier of spend that names none."""

    id = RequiredText(metadata={"examples": ["6de1efcf-babf-4187-84b4-3786b35a3cea"]})


class ConfiguredCustomerSchema(CodatSchema):
    """The customer of income that names none."""

    id = RequiredText(metadata={"examples": ["5a0cb4e3-b79d-4dda-9b37-9ae9be0dd90f"]})


class SetConfigurationSchema(CodatSchema):
    """What a configuration is set to: all three, each by the platform's id, which is a string."""

    bank_account = One(ConfiguredBankAccountSchema, required=True)
    supplier = One(ConfiguredSupplierSchema, required=True)
    customer = One(ConfiguredCustomerSchema, required=True)


class ConfigurationRefSchema(CodatAnswer):
    """A configured record; without an id while nothing is configured."""

    id = Text(allow_none=True)


class ConfigurationSchema(CodatAnswer):
    """A configuration as it stands; how an unset one looks is the quirk ``codat.config-unset``."""

    bank_account = One(ConfigurationRefSchema, required=True, allow_none=True)
    supplier = One(ConfigurationRefSchema, required=True, allow_none=True)
    customer = One(ConfigurationRefSchema, required=True, allow_none=True)
