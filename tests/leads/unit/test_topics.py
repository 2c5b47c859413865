"""The worker handles everything it reads, and every route says who may call it."""

from services.leads.app import ROUTERS
from services.leads.topics import HANDLERS, SUBSCRIPTIONS
from shared.contracts.catalogue import TOPICS


def test_every_event_of_every_topic_read_has_a_handler() -> None:
    expected = {event for topic in SUBSCRIPTIONS for event in TOPICS[topic].events}

    assert HANDLERS.keys() == expected


def test_every_route_names_its_permission() -> None:
    routes = [route for router in ROUTERS for route in router.routes]

    assert all("x-permission" in (getattr(route, "openapi_extra", None) or {}) for route in routes)
