"""How the control API lets Codat's events happen, and sends examples of them."""

from collections.abc import Sequence
from typing import Final

from doubleentry.dialects.codat.events import SAMPLES
from doubleentry.dialects.codat.rules import triggering
from doubleentry.dialects.codat.webhooks import CONSUMERS, SERVICE
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.engine.webhooks import Delivery, Endpoint, Event
from doubleentry.engine.workspaces import Workspace


class CodatConsole:
    """What happens here happens truly; an example is of the catalog."""

    events: Sequence[str] = tuple(triggering.FLOWS)
    examples: Sequence[str] = tuple(SAMPLES)

    def trigger(self, workspace: Workspace, name: str, company: str | None, record: Document) -> Event:
        """Bring an event about by what the API does, so that whatever it names can be read back.

        Raises:
            NotFound: There is no such company.
            InvalidInput: A record was given.
            Refused: The company cannot be synced now.
        """
        if record:
            told = "This event tells of what really happened, and takes no record. To send one as is: an example."
            raise InvalidInput([Problem(("record",), told)])
        return triggering.trigger(workspace, name, company)

    def example(self, workspace: Workspace, name: str, endpoint: Endpoint) -> Delivery:
        """Send the catalog's example to a consumer.

        Raises:
            InvalidInput: The endpoint is that of a rule.
        """
        if endpoint.record[SERVICE] != CONSUMERS:
            told = (
                "This endpoint is an alert rule's, and examples are for webhook consumers. Let an event happen instead."
            )
            raise InvalidInput([Problem(("endpoint",), told)])
        payload = SAMPLES[name]
        company = payload.get("referenceCompany", payload).get("id", "")
        return workspace.webhooks.example(endpoint.id, name, company, company, {"payload": payload})


CONSOLE: Final = CodatConsole()
