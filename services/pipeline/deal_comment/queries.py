"""The list of a deal's comments."""

from services.pipeline.deal_comment.schemas import CommentOut
from services.pipeline.deal_comment.tables import deal_comment
from shared.web.listing import Field, Listing

_C = deal_comment.c
LISTING = Listing(
    name="deal-comments",
    table=deal_comment,
    fields={
        "id": Field(_C.id, "uuid"),
        "written_by": Field(_C.written_by, "text"),
        "created_at": Field(_C.created_at, "datetime", sortable=True),
        "updated_at": Field(_C.updated_at, "datetime", sortable=True),
    },
    default_sort="-created_at",
    text=(_C.text,),
    columns=tuple(_C[name] for name in CommentOut.model_fields),
    item_fields=tuple(CommentOut.model_fields),
)
