"""Comments to and from their table."""

from services.pipeline.deal_comment.domain import DealComment
from services.pipeline.deal_comment.tables import deal_comment
from services.pipeline.records import Records

COMMENTS = Records(deal_comment, DealComment, "comment")
