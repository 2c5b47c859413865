"""What the API process of this service reads from the environment."""

from pydantic import Field

from shared.web.settings import ServiceSettings


class PipelineSettings(ServiceSettings):
    """`PIPELINE_DATABASE_URL` beside what every service has."""

    pipeline_database_url: str = Field(min_length=1)
