"""Partners from before they were told of are told of."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TELL = """
    INSERT INTO outbox (event_id, topic, aggregate_id, aggregate_version, type, envelope)
    SELECT event_id, 'gateway.partner', id, version, 'gateway.partner.changed', jsonb_build_object(
        'specversion', '1.0', 'id', event_id, 'source', '/gateway', 'type', 'gateway.partner.changed',
        'datacontenttype', 'application/json', 'dataversion', 1, 'subject', id, 'sequence', version,
        'time', updated_at, 'correlationid', 'partners-told', 'actor', 'system',
        'data', jsonb_build_object(
            'changed', '[]'::jsonb, 'partner_id', id, 'name', name, 'created_at', created_at,
            'active', active, 'kind', kind, 'program_id', program_id, 'territory_id', territory_id,
            'product_ids', product_ids, 'contract_starts_on', contract_starts_on,
            'contract_ends_on', contract_ends_on))
    FROM (SELECT gen_random_uuid() AS event_id, partner.* FROM partner) untold
    WHERE NOT EXISTS (
        SELECT FROM outbox WHERE outbox.topic = 'gateway.partner' AND outbox.aggregate_id = untold.id)
"""


def upgrade() -> None:
    op.execute(TELL)


def downgrade() -> None:
    """What was told stays told."""
