"""What the leads API reads from the environment. The worker has `WorkerSettings`."""

from shared.web.settings import ServiceSettings


class LeadsSettings(ServiceSettings):
    """`LEADS_DATABASE_URL` beside the settings every service has."""

    leads_database_url: str
