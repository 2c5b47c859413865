"""How long a prediction takes from being asked for until it can be read, over the deals that are there."""

import statistics
import time

from deploy.bench.load import Measured
from deploy.gateway_client import GatewayClient

_LONGEST_SECONDS = 120
_LOOK_SECONDS = 0.02


def measure_predictions(gateway: GatewayClient, *, times: int) -> Measured:
    """The first is not counted: it may walk through a year. Per second are the deals learned from."""
    deals, _ = _predict(gateway)
    seconds = [_predict(gateway)[1] for _ in range(times)]
    median = statistics.median(seconds)
    failed = sum(each >= _LONGEST_SECONDS for each in seconds)
    return Measured(deals / median, median * 1000, max(seconds) * 1000, failed)


def _predict(gateway: GatewayClient) -> tuple[int, float]:
    """The deals learned from, and the seconds it took."""
    started = time.perf_counter()
    run = gateway.post("/v1/forecast/predictions")
    while run["finished_at"] is None:
        taken = time.perf_counter() - started
        if taken > _LONGEST_SECONDS:
            return 0, taken
        time.sleep(_LOOK_SECONDS)
        run = gateway.get(f"/v1/forecast/predictions/{run['id']}")
    return run["deals_learned_from"] or 0, time.perf_counter() - started
