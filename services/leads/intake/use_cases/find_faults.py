"""What keeps a payload from being a lead."""

from collections.abc import Mapping
from typing import Any

from services.leads.lead.schemas import LeadCreate
from services.leads.record.schemas import read
from shared.contracts.errors import DomainError, FieldError


def faults_of_lead(payload: Mapping[str, Any]) -> tuple[FieldError, ...]:
    """What is wrong with it, by pointers into the payload."""
    try:
        read(LeadCreate, payload)
    except DomainError as error:
        return tuple(error.errors)
    return ()
