"""`python -m services.gateway.bootstrap`: the organisation and its first admin, in an empty database.

Must never break: run again it changes nothing.
"""

import argparse
import asyncio
import os
import sys

from services.gateway.member.passwords import Passwords
from services.gateway.member.use_cases.put_members import invite_member
from services.gateway.member.use_cases.read_members import anybody
from services.gateway.member.use_cases.set_password import set_password
from services.gateway.organisation.use_cases.keep_organisation import found_organisation
from services.gateway.tables import SOURCE
from services.gateway.versioned import lock
from shared.contracts.envelope import EventContext
from shared.contracts.errors import DomainError
from shared.persistence.database import Database
from shared.web.clock import utc_now


async def bootstrap(
    database: Database,
    *,
    organisation: str,
    base_currency: str,
    time_zone: str,
    admin_name: str,
    admin_email: str,
    admin_password: str,
) -> bool:
    """True when the organisation was founded, False when there was one. Refuses a weak password."""
    now = utc_now()
    context = EventContext(SOURCE, correlation_id="bootstrap", actor="system")
    async with database.transaction() as connection:
        await lock(connection, "bootstrap")
        if await anybody(connection):
            return False
        await found_organisation(
            connection,
            name=organisation,
            base_currency=base_currency,
            time_zone=time_zone,
            now=now,
            context=context,
        )
        given = {"name": admin_name, "email": admin_email.strip().lower(), "role": "admin"}
        admin = await invite_member(connection, given, now=now, context=context)
        await set_password(connection, Passwords(1), admin.id, admin_password, now=now)
        return True


async def _main(arguments: argparse.Namespace) -> int:
    missing = [name for name in ("GATEWAY_DATABASE_URL", "ADMIN_PASSWORD") if not os.environ.get(name)]
    if missing:
        print(f"environment variable {missing[0]} is not set", file=sys.stderr)
        return 2
    database = Database(os.environ["GATEWAY_DATABASE_URL"], name="gateway-bootstrap", pool_size=1)
    try:
        founded = await bootstrap(
            database,
            organisation=arguments.organisation,
            base_currency=arguments.currency,
            time_zone=arguments.time_zone,
            admin_name=arguments.admin_name,
            admin_email=arguments.admin_email,
            admin_password=os.environ["ADMIN_PASSWORD"],
        )
    except DomainError as refusal:
        print(refusal.detail, file=sys.stderr)
        return 1
    finally:
        await database.close()
    print("founded" if founded else "there is an organisation already; nothing done")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="services.gateway.bootstrap", description=__doc__)
    parser.add_argument("--organisation", required=True)
    parser.add_argument("--currency", default="EUR", help="base currency, ISO 4217")
    parser.add_argument("--time-zone", default="UTC", help="IANA, for instance Europe/Amsterdam")
    parser.add_argument("--admin-name", default="Administrator")
    parser.add_argument("--admin-email", required=True, help="the password is read from ADMIN_PASSWORD")
    sys.exit(asyncio.run(_main(parser.parse_args())))
