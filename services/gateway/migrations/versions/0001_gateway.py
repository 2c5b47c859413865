"""The gateway's first tables: organisation, teams, members, sessions, partners, keys, feed, messages."""

from alembic import op

from shared.messaging import migration as messaging

revision = "0001"
down_revision = None

_CREATE = (
    """
    CREATE TABLE exchange_rate (
        currency TEXT NOT NULL,
        valid_from DATE NOT NULL,
        rate NUMERIC(20, 10) NOT NULL,
        set_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_exchange_rate PRIMARY KEY (currency, valid_from),
        CONSTRAINT ck_exchange_rate_rate CHECK (rate > 0)
    )
    """,
    """
    CREATE TABLE feed (
        position BIGINT GENERATED ALWAYS AS IDENTITY,
        topic TEXT NOT NULL,
        subject UUID NOT NULL,
        owner_id UUID,
        owner_changed BOOLEAN NOT NULL,
        previous_owner_id UUID,
        team_id UUID,
        partner_id UUID,
        envelope JSONB NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_feed PRIMARY KEY (position)
    )
    """,
    "CREATE INDEX ix_feed_owner_id_position ON feed (owner_id, position)",
    "CREATE INDEX ix_feed_partner_id_position ON feed (partner_id, position) WHERE partner_id IS NOT NULL",
    "CREATE INDEX ix_feed_previous_owner_id_position ON feed (previous_owner_id, position) WHERE "
    "previous_owner_id IS NOT NULL",
    "CREATE INDEX ix_feed_recorded_at ON feed (recorded_at)",
    "CREATE INDEX ix_feed_topic_position ON feed (topic, position)",
    """
    CREATE TABLE feed_owner (
        topic TEXT NOT NULL,
        subject UUID NOT NULL,
        owner_id UUID,
        CONSTRAINT pk_feed_owner PRIMARY KEY (topic, subject)
    )
    """,
    """
    CREATE TABLE idempotency (
        caller VARCHAR(200) NOT NULL,
        method VARCHAR(10) NOT NULL,
        path VARCHAR(500) NOT NULL,
        key VARCHAR(255) NOT NULL,
        fingerprint BYTEA NOT NULL,
        status SMALLINT NOT NULL,
        headers JSONB NOT NULL,
        body BYTEA NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_idempotency PRIMARY KEY (caller, method, path, key)
    )
    """,
    "CREATE INDEX ix_idempotency_created_at ON idempotency (created_at)",
    """
    CREATE TABLE organisation (
        id UUID NOT NULL,
        name TEXT NOT NULL,
        base_currency TEXT NOT NULL,
        time_zone TEXT NOT NULL,
        fiscal_year_start_month SMALLINT NOT NULL,
        working_days SMALLINT[] NOT NULL,
        version INTEGER NOT NULL,
        field_versions JSONB NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_organisation PRIMARY KEY (id)
    )
    """,
    "CREATE UNIQUE INDEX uq_organisation_only_one ON organisation ((true))",
    """
    CREATE TABLE partner (
        id UUID NOT NULL,
        name TEXT NOT NULL,
        description TEXT,
        active BOOLEAN NOT NULL,
        version INTEGER NOT NULL,
        field_versions JSONB NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_partner PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_partner_name_id ON partner (name, id)",
    "CREATE UNIQUE INDEX uq_partner_name ON partner (lower(name))",
    """
    CREATE TABLE sign_in_failure (
        account_hash BYTEA NOT NULL,
        count INTEGER NOT NULL,
        last_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_sign_in_failure PRIMARY KEY (account_hash)
    )
    """,
    "CREATE INDEX ix_sign_in_failure_last_at ON sign_in_failure (last_at)",
    """
    CREATE TABLE stream_ticket (
        hash BYTEA NOT NULL,
        credential JSONB NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_stream_ticket PRIMARY KEY (hash)
    )
    """,
    """
    CREATE TABLE team (
        id UUID NOT NULL,
        name TEXT NOT NULL,
        parent_id UUID,
        manager_id UUID,
        active BOOLEAN NOT NULL,
        source_system TEXT,
        external_id TEXT,
        version INTEGER NOT NULL,
        field_versions JSONB NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_team PRIMARY KEY (id),
        CONSTRAINT ck_team_not_its_own_parent CHECK (parent_id <> id),
        CONSTRAINT fk_team_parent_id_team FOREIGN KEY(parent_id) REFERENCES team (id)
    )
    """,
    "CREATE INDEX ix_team_manager_id ON team (manager_id)",
    "CREATE INDEX ix_team_name_id ON team (name, id)",
    "CREATE INDEX ix_team_parent_id ON team (parent_id)",
    "CREATE UNIQUE INDEX uq_team_source_system_external_id ON team (source_system, external_id) "
    "WHERE external_id IS NOT NULL",
    """
    CREATE TABLE api_key (
        id TEXT NOT NULL,
        partner_id UUID NOT NULL,
        name TEXT NOT NULL,
        hash BYTEA NOT NULL,
        permissions TEXT[] NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        created_by TEXT NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE,
        revoked_at TIMESTAMP WITH TIME ZONE,
        last_used_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_api_key PRIMARY KEY (id),
        CONSTRAINT fk_api_key_partner_id_partner FOREIGN KEY(partner_id) REFERENCES partner (id)
    )
    """,
    "CREATE INDEX ix_api_key_partner_id ON api_key (partner_id)",
    """
    CREATE TABLE member (
        id UUID NOT NULL,
        name TEXT NOT NULL,
        email TEXT NOT NULL,
        role TEXT NOT NULL,
        team_id UUID,
        active BOOLEAN NOT NULL,
        password_hash TEXT,
        last_sign_in_at TIMESTAMP WITH TIME ZONE,
        source_system TEXT,
        external_id TEXT,
        version INTEGER NOT NULL,
        field_versions JSONB NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_member PRIMARY KEY (id),
        CONSTRAINT fk_member_team_id_team FOREIGN KEY(team_id) REFERENCES team (id)
    )
    """,
    "CREATE INDEX ix_member_created_at_id ON member (created_at, id)",
    "CREATE INDEX ix_member_name_id ON member (name, id)",
    "CREATE INDEX ix_member_team_id ON member (team_id)",
    "CREATE UNIQUE INDEX uq_member_email ON member (lower(email))",
    "CREATE UNIQUE INDEX uq_member_source_system_external_id ON member (source_system, external_id) "
    "WHERE external_id IS NOT NULL",
    """
    CREATE TABLE invitation (
        hash BYTEA NOT NULL,
        member_id UUID NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_invitation PRIMARY KEY (hash),
        CONSTRAINT fk_invitation_member_id_member FOREIGN KEY(member_id) REFERENCES member (id)
    )
    """,
    "CREATE INDEX ix_invitation_member_id ON invitation (member_id)",
    """
    CREATE TABLE session (
        id UUID NOT NULL,
        member_id UUID NOT NULL,
        started_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        end_reason TEXT,
        CONSTRAINT pk_session PRIMARY KEY (id),
        CONSTRAINT fk_session_member_id_member FOREIGN KEY(member_id) REFERENCES member (id)
    )
    """,
    "CREATE INDEX ix_session_member_id ON session (member_id)",
    "CREATE INDEX ix_session_started_at ON session (started_at)",
    """
    CREATE TABLE refresh_token (
        hash BYTEA NOT NULL,
        session_id UUID NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
        used_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_refresh_token PRIMARY KEY (hash),
        CONSTRAINT fk_refresh_token_session_id_session
            FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX ix_refresh_token_session_id ON refresh_token (session_id)",
    "ALTER TABLE team ADD CONSTRAINT fk_team_manager_id_member FOREIGN KEY(manager_id) REFERENCES "
    "member (id)",
)
_TABLES = (
    "exchange_rate",
    "feed",
    "feed_owner",
    "idempotency",
    "organisation",
    "partner",
    "sign_in_failure",
    "stream_ticket",
    "team",
    "api_key",
    "member",
    "invitation",
    "session",
    "refresh_token",
)


def upgrade() -> None:
    messaging.create(op)
    for statement in _CREATE:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE " + ", ".join(_TABLES) + " CASCADE")
    messaging.drop(op)
