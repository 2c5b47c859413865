"""From which queues a caller may claim."""

from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, literal, or_, select

from services.leads.queue.tables import lead_queue
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity


def claimable(identity: Identity) -> Select[tuple[UUID]]:
    """The ids of active queues: those open to all, those naming the member, its team, or one above it."""
    queue, team = lead_queue.c, ORGANISATION.team
    own = identity.team_ids or ((identity.team_id,) if identity.team_id else ())
    above = select(team.c.id, team.c.parent_id).where(team.c.id == any_(literal(list(own), ARRAY(Uuid))))
    chain = above.cte("own_teams", recursive=True)
    chain = chain.union(select(team.c.id, team.c.parent_id).join(chain, team.c.id == chain.c.parent_id))
    return select(queue.id).where(
        queue.active,
        or_(
            queue.open_to_all,
            literal(identity.member_id, Uuid) == any_(queue.member_ids),
            select(chain.c.id).where(chain.c.id == any_(queue.team_ids)).exists(),
        ),
    )
