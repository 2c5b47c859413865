"""What the forecast API reads from the environment. The worker has `WorkerSettings`."""

from shared.web.settings import ServiceSettings


class ForecastSettings(ServiceSettings):
    """`FORECAST_DATABASE_URL` beside the settings every service has."""

    forecast_database_url: str
