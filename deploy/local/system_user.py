"""PostgreSQL refuses to run as root: which account it runs as then, and what that account can reach."""

import os
import pwd
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import StackError

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """A system user other than root."""

    name: str
    uid: int
    gid: int

    def may_enter(self, folder: Path) -> bool:
        """Whether every folder from the root down to `folder` lets this account pass."""
        resolved = folder.resolve()
        return all(self._may_pass(part) for part in (resolved, *resolved.parents) if part.exists())

    def may_read(self, file: Path) -> bool:
        """Whether this account reaches and reads `file`."""
        return self.may_enter(file.parent) and bool(file.stat().st_mode & stat.S_IROTH)

    def take(self, paths: Iterable[Path]) -> None:
        """Make these files and folders the account's own."""
        for path in paths:
            os.chown(path, self.uid, self.gid)

    def _may_pass(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        return bool(status.st_mode & stat.S_IXOTH)


def account_for_postgres() -> Account | None:
    """The account to switch to when we are root, None when we are an ordinary user already."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise StackError(
        "PostgreSQL does not run as root and this system has none of the users "
        f"{', '.join(CANDIDATES)}. Run make as an ordinary user."
    )
