"""The list of steps."""

from uuid import UUID

from sqlalchemy import ColumnElement

from services.leads.setting_history.schemas import SettingStep
from services.leads.setting_history.tables import setting_step
from shared.web.listing import Field, Listing

STEPS = Listing(
    name="setting-steps",
    table=setting_step,
    default_sort="-at",
    fields={
        "id": Field(setting_step.c.id, "uuid", sortable=True),
        "at": Field(setting_step.c.at, "datetime", sortable=True),
        "what": Field(setting_step.c.what, "text"),
        "by": Field(setting_step.c.by, "text"),
    },
    columns=[setting_step.c[name] for name in SettingStep.model_fields],
    item_fields=tuple(SettingStep.model_fields),
)


def of_setting(setting: str, setting_id: UUID) -> list[ColumnElement[bool]]:
    """Those of this one."""
    return [setting_step.c.setting == setting, setting_step.c.setting_id == setting_id]
