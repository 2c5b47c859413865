"""Founds the demo organisation of a fresh stack and writes who can sign in to `<STATE_DIR>/demo.json`.

An organisation that somebody else has founded is left alone: then there are no demo sign-ins.
"""

import os
import secrets
import subprocess
import sys
from pathlib import Path

from deploy.demo.organisation import DOMAIN, make_demo_organisation
from deploy.local.files import read_json, write_json

NAME = "Dealstream Demo"


def main() -> int:
    """0 also when there was an organisation already."""
    state = Path(os.environ.get("STATE_DIR", ".local"))
    kept = state / "demo.admin.json"
    is_second_try = kept.exists()
    admin = read_json(kept) or {"email": f"admin@{DOMAIN}", "password": secrets.token_urlsafe(12)}
    write_json(kept, admin)
    if not _founded(admin) and not is_second_try:
        kept.unlink()
        print("The gateway's database holds an organisation already: no demo organisation is made.")
        return 0
    make_demo_organisation(os.environ["GATEWAY_URL"], admin, state / "demo.json")
    return 0


def _founded(admin: dict[str, str]) -> bool:
    """True when this call made the organisation and its first admin."""
    command = [sys.executable, "-m", "services.gateway.bootstrap", "--organisation", NAME]
    options = ["--currency", "USD", "--time-zone", "UTC", "--admin-email", admin["email"]]
    answer = subprocess.run(
        [*command, *options],
        env=os.environ | {"ADMIN_PASSWORD": admin["password"]},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return answer.stdout.startswith("founded")


if __name__ == "__main__":
    sys.exit(main())
