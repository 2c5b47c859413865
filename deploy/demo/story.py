"""`make demo`: a lead pushed by a partner becomes a line in the forecast, step by step.

Every step writes once through the gateway and then asks each service until it shows the effect. The time
shown is from the moment the write was sent.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.gateway_client import GatewayClient, read_stack

Json = dict[str, Any]
PATIENCE_SECONDS = 15
LEADS = 500


class Story:
    """One play. Names and references carry the time of day, so that it can be played again and again."""

    def __init__(self, stack: Json, console: Console) -> None:
        url = stack["gateway_url"]
        self._console = console
        self._run = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        self._partner = GatewayClient.for_partner(url, stack["partner"]["api_key"])
        self._people = {
            role: GatewayClient.signed_in(url, who["email"], who["password"])
            for role, who in stack["users"].items()
            if role in ("director", "manager", "rep")
        }
        self._rep_id = str(self._people["rep"].get("/v1/me")["id"])
        self.forgotten: list[str] = []

    def play(self) -> None:
        """All steps, in order."""
        self._partner_pushes_a_batch()
        lead = self._rep_gets_the_lead()
        lead = self._rep_qualifies_and_converts(lead)
        before = self._figures()
        self._deal_is_won(lead["deal_id"])
        self._show_figures(before, self._figures())
        self._partner_asks()

    def _partner_pushes_a_batch(self) -> None:
        items = [self._pushed(number) for number in range(LEADS - 2)]
        items.append(self._pushed(LEADS - 2) | {"email": self._email(0)})
        items.append(self._pushed(LEADS - 1) | {"email": "not an address"})
        started = time.monotonic()
        answer = self._partner.post("/v1/partner/leads/batch", {"items": items})
        statuses = Counter(result["status"] for result in answer["items"])
        said = ", ".join(f"{count} {status}" for status, count in sorted(statuses.items()))
        reference = self._reference(LEADS - 3)
        self._show(
            f"A partner pushes {LEADS} leads in one batch: {said}",
            started,
            {
                "leads: the last good one": lambda: self._partner.get(f"/v1/partner/leads/{reference}"),
                "forecast: counted in the lead funnel": lambda: self._received(self._run),
            },
        )

    def _rep_gets_the_lead(self) -> Json:
        director = self._people["director"]
        lead = director.get("/v1/leads", external_id=self._reference(0), limit=1)["items"][0]
        started = time.monotonic()
        director.post(f"/v1/leads/{lead['id']}/assign", {"owner_id": self._rep_id}, {"If-Match": "*"})
        return self._show(
            "The director assigns the first of them to a rep",
            started,
            {"leads: the rep sees it": lambda: self._people["rep"].get(f"/v1/leads/{lead['id']}")},
        )

    def _rep_qualifies_and_converts(self, lead: Json) -> Json:
        rep = self._people["rep"]
        path = f"/v1/leads/{lead['id']}"
        started = time.monotonic()
        rep.post(
            "/v1/activities",
            {
                "type": "call",
                "subject": "First call",
                "lead_id": lead["id"],
                "done_at": datetime.now(UTC).isoformat(),
            },
        )
        self._show(
            "The rep logs the first call",
            started,
            {"leads: contacted": lambda: self._lead_if(rep.get(path), "contacted")},
        )
        rep.post(f"{path}/qualify", {}, {"If-Match": "*"})
        started = time.monotonic()
        close = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
        deal = {
            "name": f"Rollout {self._run}",
            "amount": {"amount": "12500.00", "currency": "USD"},
            "expected_close": close,
        }
        rep.post(f"{path}/convert", {"deal": deal}, {"If-Match": "*"})
        return self._show(
            "The rep qualifies the lead and converts it into an account, a contact and a deal",
            started,
            {
                "pipeline: the deal is open": lambda: self._one(rep.get("/v1/deals", name=deal["name"])),
                "forecast: the deal is in the ledger": lambda: self._open_pipeline_holds(close),
                "leads: the lead knows its deal": lambda: self._lead_with_deal(rep.get(path)),
            },
        )

    def _deal_is_won(self, deal_id: str) -> None:
        rep = self._people["rep"]
        stage = rep.get(f"/v1/deals/{deal_id}")
        pipeline = rep.get(f"/v1/pipelines/{stage['pipeline_id']}")
        last = pipeline["stages"][-1]["name"]
        rep.post(f"/v1/deals/{deal_id}/stage", {"stage": last}, {"If-Match": "*"})
        before = self._closed()
        started = time.monotonic()
        rep.post(f"/v1/deals/{deal_id}/win", {}, {"If-Match": "*"})
        self._show(
            f"The deal moves to {last} and is won",
            started,
            {
                "forecast: closed has grown": lambda: self._closed() != before,
                "gateway: the manager's dashboard shows it": lambda: (
                    self._people["manager"].get("/v1/me/dashboard")["forecast"]["data"]["closed"]
                    == self._closed_of("manager")
                ),
                "leads: the partner's lead is won": lambda: self._partner_sees("won"),
            },
        )

    def _partner_asks(self) -> None:
        answer = self._partner.get(f"/v1/partner/leads/{self._reference(0)}")
        self._console.print("\n[bold]The partner asks what became of its lead[/]")
        table = Table("at", "what")
        for entry in answer["timeline"]:
            table.add_row(entry["at"], entry["what"])
        self._console.print(table)

    def _show(self, title: str, started: float, effects: dict[str, Callable[[], Any]]) -> Json:
        """Waits for every effect; prints when each was seen. Answers what the last effect showed."""
        self._console.print(f"\n[bold]{title}[/]")
        table = Table("who knew", "after")
        seen: Any = None
        for who, look in effects.items():
            seen = self._wait(look)
            took = f"{(time.monotonic() - started) * 1000:,.0f} ms" if seen else "NOT SEEN"
            if not seen:
                self.forgotten.append(f"{title}: {who}")
            table.add_row(who, took)
        self._console.print(table)
        return seen if isinstance(seen, dict) else {}

    def _wait(self, look: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (seen := look()) and time.monotonic() < deadline:
            time.sleep(0.01)
        return seen

    def _figures(self) -> dict[str, Json]:
        return {role: self._people[role].get("/v1/forecast", period="quarter") for role in ("rep", "manager")}

    def _show_figures(self, before: dict[str, Json], after: dict[str, Json]) -> None:
        self._console.print("\n[bold]This quarter's forecast[/]")
        table = Table("who", "figure", "before", "after")
        for role, figures in after.items():
            for figure in ("closed", "open_pipeline", "weighted"):
                table.add_row(role, figure, before[role][figure]["amount"], figures[figure]["amount"])
        self._console.print(table)

    def _closed(self) -> Json:
        return self._closed_of("rep")

    def _closed_of(self, role: str) -> Json:
        closed: Json = self._people[role].get("/v1/forecast", period="quarter")["closed"]
        return closed

    def _open_pipeline_holds(self, day: str) -> bool:
        answer = self._people["rep"].get("/v1/forecast", **{"from": day, "to": day})
        return float(answer["open_pipeline"]["amount"]) > 0

    def _received(self, campaign: str) -> bool:
        funnel = self._people["director"].get("/v1/lead-funnel", period="year", group_by="campaign")
        received = {group["campaign"]: group["received"] for group in funnel["groups"]}
        return received.get(campaign) == LEADS - 1

    def _partner_sees(self, status: str) -> bool:
        timeline = self._partner.get(f"/v1/partner/leads/{self._reference(0)}")["timeline"]
        return any(status in entry["what"] for entry in timeline)

    def _lead_if(self, lead: Json, status: str) -> Json | None:
        return lead if lead["status"] == status else None

    def _lead_with_deal(self, lead: Json) -> Json | None:
        return lead if lead["deal_id"] else None

    def _one(self, page: Json) -> Json | None:
        return page["items"][0] if page["items"] else None

    def _reference(self, number: int) -> str:
        return f"{self._run}-{number:03}"

    def _email(self, number: int) -> str:
        return f"buyer.{self._run}.{number}@example.com"

    def _pushed(self, number: int) -> Json:
        return {
            "external_id": self._reference(number),
            "first_name": "Ada",
            "last_name": f"Buyer {number}",
            "company": f"Buyers {self._run} {number}",
            "email": self._email(number),
            "country": "US",
            "source": "partner",
            "campaign": self._run,
            "expected_value": {"amount": "12500.00", "currency": "USD"},
        }


def main() -> int:
    """0 when every effect was seen, 1 otherwise."""
    console = Console()
    stack = read_stack(Path(os.environ.get("STATE_DIR", ".local")))
    story = Story(stack, console)
    story.play()
    for effect in story.forgotten:
        console.print(f"Not seen within {PATIENCE_SECONDS} s: {effect}")
    return 1 if story.forgotten else 0


if __name__ == "__main__":
    sys.exit(main())
