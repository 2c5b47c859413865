"""The forecast worker: events in, targets and what is due out."""

from services.forecast.accuracy.part import NIGHTS as ACCURACY
from services.forecast.due import DUE, LONG
from services.forecast.gap_watch.part import GAUGES, NIGHTS
from services.forecast.prediction.part import CHANGES as PREDICTIONS
from services.forecast.snapshot.part import DAYS
from services.forecast.submission_rule.part import ROUNDS
from services.forecast.tables import MESSAGING
from services.forecast.topics import HANDLERS, SUBSCRIPTIONS
from shared.agenda.gauges import measure_agenda
from shared.agenda.mend import COMMANDS
from shared.agenda.part import agenda_part
from shared.messaging.worker import Wiring, run_worker

WIRING = Wiring(
    service="forecast",
    tables=MESSAGING,
    subscriptions=SUBSCRIPTIONS,
    handlers=HANDLERS,
    timers=(
        DAYS,
        ROUNDS,
        NIGHTS,
        GAUGES,
        PREDICTIONS,
        ACCURACY,
        measure_agenda("forecast"),
    ),
    parts={"agenda": agenda_part(DUE), "reckoning": agenda_part(LONG, most=1)},
    commands=COMMANDS,
)


def main() -> None:
    """Run until SIGTERM."""
    run_worker(WIRING)


if __name__ == "__main__":
    main()
