"""The list of queues."""

from services.leads.queue.schemas import QueueOut
from services.leads.queue.tables import lead_queue as queue
from shared.web.listing import Field, Listing

QUEUES = Listing(
    name="lead-queues",
    table=queue,
    default_sort="name",
    fields={
        "id": Field(queue.c.id, "uuid", sortable=True),
        "name": Field(queue.c.name, "text", sortable=True),
        "active": Field(queue.c.active, "bool"),
        "is_default": Field(queue.c.is_default, "bool"),
        "created_at": Field(queue.c.created_at, "datetime", sortable=True),
    },
    columns=[queue.c[name] for name in QueueOut.model_fields],
    item_fields=tuple(QueueOut.model_fields),
)
