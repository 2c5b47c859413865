"""A supervisor over tiny programs, run on its own: `python -m tests.local.dummy_stack STATE NAME=CODE@STAGE`.

Each program is Python code; it is ready once it has made the file `<name>.ready` in the state folder,
where it is started. One named `stubborn` gets little time to stop.
"""

import asyncio
import sys
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.files import write_json
from deploy.local.lock import StackLock
from deploy.local.processes import Program
from deploy.local.progress import Lines
from deploy.local.reaper import Reaper
from deploy.local.supervisor import Supervisor, supervise
from tests.support.waiting import HANG_SECONDS


def program(state: Path, name: str, code: str, stage: int) -> Program:
    """A program that counts as ready when its file is there."""

    async def ready() -> bool:
        return (state / f"{name}.ready").exists()

    return Program(
        name=name,
        purpose=f"dummy {name}",
        command=(sys.executable, "-c", code, name),
        stage=stage,
        ready=ready,
        ready_within=HANG_SECONDS,
        folder=state,
        stop_within=0.5 if name == "stubborn" else HANG_SECONDS,
    )


def main() -> int:
    state = Path(sys.argv[1])
    programs = []
    for argument in sys.argv[2:]:
        name, _, rest = argument.partition("=")
        code, _, stage = rest.rpartition("@")
        programs.append(program(state, name, code, int(stage)))
    lock = StackLock(state / "supervisor.lock")
    if not lock.acquire():
        return 3
    reaper = Reaper(keep_open=(lock.descriptor,))
    supervisor = Supervisor(state, reaper, Lines())

    async def plan(one: Supervisor) -> None:
        await one.start_together(programs)

    def when_ready() -> None:
        write_json(state / "ready.json", {"ready": True})

    try:
        asyncio.run(supervise(supervisor, plan, when_ready=when_ready))
    except StackError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    finally:
        reaper.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
