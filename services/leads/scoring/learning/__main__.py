"""`python -m services.leads.scoring.learning`: reads a header and outcomes, one JSON a line, writes one JSON.

Header: `{"present": {"model", "learned_until"} or null}`. Outcomes come in the order the leads came up in.
"""

import sys

import orjson

from services.leads.scoring.domain import outcome_of
from services.leads.scoring.learning.training import train


def main() -> None:
    """From standard input to standard output."""
    header = orjson.loads(sys.stdin.buffer.readline())
    outcomes = [outcome_of(orjson.loads(line)) for line in sys.stdin.buffer]
    learned = train(outcomes, header["present"])
    sys.stdout.buffer.write(orjson.dumps(learned, option=orjson.OPT_SERIALIZE_NUMPY))


if __name__ == "__main__":
    main()
