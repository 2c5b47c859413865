"""Every table of the gateway's database, for Alembic."""

import services.gateway.api_key.tables
import services.gateway.feed.tables
import services.gateway.member.tables
import services.gateway.organisation.tables
import services.gateway.partner.tables
import services.gateway.session.tables
import services.gateway.sign_in.tables
import services.gateway.team.tables
import services.gateway.working_time.tables  # noqa: F401 - importing declares the tables
from services.gateway.tables import metadata

__all__ = ["metadata"]
