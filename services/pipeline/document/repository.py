"""Papers to and from their table."""

from services.pipeline.document.domain import Document
from services.pipeline.document.tables import document
from services.pipeline.records import Records

DOCUMENTS = Records(document, Document, "document")
