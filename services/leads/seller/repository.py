"""Profiles to and from their table."""

from services.leads.record.record_table import RecordTable
from services.leads.seller.domain import Seller
from services.leads.seller.tables import seller

SELLERS = RecordTable(seller, Seller, {})
