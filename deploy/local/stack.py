"""The command line behind `make run`, `up`, `down`, `status`, `logs`, `reset` and `mend`."""

import argparse
import os
import shutil
import sys
import time

from deploy.local import launch
from deploy.local.errors import StackError
from deploy.local.files import read_json
from deploy.local.lock import StackLock
from deploy.local.postgres import elsewhere
from deploy.local.product import load_product
from deploy.local.settings import ROOT, StackSettings, read_settings
from deploy.local.status import print_status

DOWN_WITHIN_SECONDS = 60.0


def run(settings: StackSettings, _: argparse.Namespace) -> int:
    """Start the stack here and keep it until Ctrl-C."""
    return launch.in_the_foreground(settings)


def up(settings: StackSettings, _: argparse.Namespace) -> int:
    """Start the stack in the background; return when it is ready."""
    return launch.in_the_background(settings)


def down(settings: StackSettings, _: argparse.Namespace) -> int:
    """Stop the stack and wait until no process is left."""
    lock = StackLock(settings.lock_file)
    if not lock.is_held():
        print("Dealstream is not running.")
        return 0
    print("Stopping Dealstream ...", flush=True)
    started = time.monotonic()
    launch.tell_to_stop(lock, within=DOWN_WITHIN_SECONDS)
    print(f"Stopped ({time.monotonic() - started:.1f} s).")
    return 0


def status(settings: StackSettings, _: argparse.Namespace) -> int:
    """Show every process; 0 when all are well."""
    return print_status(settings)


def logs(settings: StackSettings, options: argparse.Namespace) -> int:
    """Follow the logs of all processes or of those whose name starts with the service's."""
    files = sorted(settings.logs.glob(f"{options.service}*.log"))
    if not files:
        raise StackError(f"No log of {options.service or 'anything'} in {settings.logs}; see make status.")
    follow = ["tail", "-n", str(options.lines), *(["-F"] if options.follow else [])]
    os.execvp("tail", [*follow, *map(str, files)])  # noqa: S606  # becomes tail on purpose


def reset(settings: StackSettings, options: argparse.Namespace) -> int:
    """Stop the stack and throw its data away."""
    if not options.force:
        answer = input(f"This stops Dealstream and deletes all data below {settings.state}. Type yes: ")
        if answer.strip().lower() not in {"y", "yes"}:
            print("Nothing was changed.")
            return 1
    down(settings, options)
    if settings.state.exists() and not settings.secrets_file.exists():
        raise StackError(f"{settings.state} does not look like the data of a stack; nothing was deleted.")
    shutil.rmtree(elsewhere(settings.state), ignore_errors=True)
    shutil.rmtree(settings.state, ignore_errors=True)
    print("All local data is gone; make up starts afresh.")
    return 0


def execute(settings: StackSettings, options: argparse.Namespace) -> int:
    """Become another command that has the settings of the stack in its environment."""
    if not read_json(settings.stack_file):
        raise StackError("Dealstream is not running; start it with make up.")
    product = load_product(settings)
    environment = {**os.environ, **product.administration_environment(), **product.environment_of("gateway")}
    os.chdir(ROOT)
    os.execvpe(options.command[0], options.command, environment)  # noqa: S606  # becomes it on purpose


def supervise(settings: StackSettings, options: argparse.Namespace) -> int:
    """What `up` leaves running."""
    return launch.behind_a_pipe(settings, options.progress_descriptor)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stack", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for command in (run, up, down, status, logs, reset, execute, supervise):
        name = "exec" if command is execute else command.__name__
        added = commands.add_parser(name, help=(command.__doc__ or "").strip())
        added.set_defaults(call=command)
        if command is logs:
            added.add_argument("--service", default="")
            added.add_argument("--lines", type=int, default=50)
            added.add_argument("--no-follow", dest="follow", action="store_false")
        if command is reset:
            added.add_argument("--force", action="store_true")
        if command is execute:
            added.add_argument("command", nargs="+")
        if command is supervise:
            added.add_argument("progress_descriptor", type=int)
    return parser


def main() -> int:
    options = _parser().parse_args()
    try:
        code: int = options.call(read_settings(), options)
    except StackError as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
