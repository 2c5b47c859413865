"""Topics as the catalogue declares them: `python -m shared.messaging.admin`.

Must never break: an existing topic's partitions are never changed, because the key would then lead to
another partition and order would be lost.
"""

import asyncio
import sys

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from shared.contracts.catalogue import SERVICES, TOPICS
from shared.messaging.settings import KafkaSettings

_DAY_MS = 24 * 60 * 60 * 1000
_DEAD_LETTER_DAYS = 90
_KNOWN_SECONDS = 60


class TopicsDiffer(Exception):
    """A topic exists with other partitions than declared; a person has to decide."""


async def ensure_topics(settings: KafkaSettings) -> list[str]:
    """Create the topics of the catalogue and every service's dead-letter topic; returns what was created.

    Raises TopicsDiffer, and KafkaError or TimeoutError when the broker is away or refuses.
    """
    admin = AIOKafkaAdminClient(**settings.client_options(), client_id="dealstream-admin")
    await admin.start()
    try:
        declared = _declared(settings)
        existing = set(await admin.list_topics())
        created = await _create(admin, [topic for topic in declared if topic.name not in existing])
        _compare(declared, await _partitions(admin, [topic.name for topic in declared]))
        return created
    finally:
        await admin.close()


def _declared(settings: KafkaSettings) -> list[NewTopic]:
    topics = [
        _topic(settings, settings.topic(topic.name), topic.partitions, settings.retention_days)
        for topic in TOPICS.values()
    ]
    letters = [
        _topic(settings, settings.dead_letter_topic(service), 1, _DEAD_LETTER_DAYS) for service in SERVICES
    ]
    return [*topics, *letters]


def _topic(settings: KafkaSettings, name: str, partitions: int, days: int) -> NewTopic:
    return NewTopic(
        name,
        partitions,
        settings.replication_factor,
        topic_configs={
            "cleanup.policy": "delete",
            "retention.ms": str(days * _DAY_MS),
            "min.insync.replicas": str(min(2, settings.replication_factor)),
        },
    )


async def _create(admin: AIOKafkaAdminClient, topics: list[NewTopic]) -> list[str]:
    if not topics:
        return []
    answer = await admin.create_topics(topics)
    created = []
    for name, code, *_ in answer.topic_errors:
        error = for_code(code)
        if code == 0:
            created.append(name)
        elif error is not TopicAlreadyExistsError:
            raise error(name)
    return created


async def _partitions(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, int]:
    """How many partitions each topic has, as soon as the broker knows all of them."""
    async with asyncio.timeout(_KNOWN_SECONDS):
        while True:
            found = {each["topic"]: each for each in await admin.describe_topics(names)}
            if all(found[name]["error_code"] == 0 for name in names):
                return {name: len(found[name]["partitions"]) for name in names}
            await asyncio.sleep(0.05)


def _compare(declared: list[NewTopic], found: dict[str, int]) -> None:
    different = [
        f"{topic.name} has {found[topic.name]} partitions, declared are {topic.num_partitions}"
        for topic in declared
        if found[topic.name] != topic.num_partitions
    ]
    if different:
        raise TopicsDiffer("; ".join(different))


if __name__ == "__main__":
    made = asyncio.run(ensure_topics(KafkaSettings.load()))
    print(f"created {', '.join(made)}" if made else "all topics exist", file=sys.stdout)
