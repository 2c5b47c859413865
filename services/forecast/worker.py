"""The forecast worker: events in, targets out."""

from services.forecast.tables import MESSAGING
from services.forecast.topics import HANDLERS, SUBSCRIPTIONS
from shared.messaging.worker import Wiring, run_worker

WIRING = Wiring(service="forecast", tables=MESSAGING, subscriptions=SUBSCRIPTIONS, handlers=HANDLERS)


def main() -> None:
    """Run until SIGTERM."""
    run_worker(WIRING)


if __name__ == "__main__":
    main()
