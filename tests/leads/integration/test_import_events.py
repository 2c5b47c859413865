"""What others are told of an import while it runs: figures, at a rate that nobody drowns in."""

from services.leads.import_job.domain import ROWS_AT_ONCE
from tests.leads.integration.importing import again, imported, mapped, numbered, uploaded
from tests.leads.integration.world import DIRECTOR, REP, Json, World

FROM_CRM = {"source_system": "crm"}


async def facts(world: World, job: Json) -> list[Json]:
    return await world.events(job["id"])


def kinds(facts: list[Json]) -> list[str]:
    return [fact["type"].rsplit(".", 1)[1] for fact in facts]


async def test_an_import_tells_of_itself_from_upload_to_end(world: World) -> None:
    rows = 2 * ROWS_AT_ONCE + 1
    job = await imported(world, numbered(rows), REP, mapping=mapped(), options=FROM_CRM)

    told = await facts(world, job)

    assert kinds(told) == ["uploaded", "started", "changed", "progressed", "progressed", "ended"]
    assert [fact["sequence"] for fact in told] == [1, 2, 3, 4, 5, 6]
    assert [fact["data"]["rows_processed"] for fact in told] == [0, 0, 0, 500, 1000, rows]
    assert told[-1]["data"]["counts"]["created"] == rows
    assert {fact["data"]["owner_id"] for fact in told} == {REP.sub}
    assert told[-1]["data"]["rows_total"] == rows


async def test_a_dry_run_tells_what_would_become_of_the_rows(world: World) -> None:
    job = await imported(world, numbered(3), mapping=mapped(), options=FROM_CRM, dry_run=True)

    told = await facts(world, job)

    assert kinds(told) == ["uploaded", "started", "changed", "ended"]
    assert (told[-1]["data"]["status"], told[-1]["data"]["counts"]["created"]) == ("previewed", 3)


async def test_stopping_and_undoing_are_told(world: World) -> None:
    job = await imported(world, numbered(2), mapping=mapped(), options=FROM_CRM)
    await again(world, job, "undo")
    stopped = await uploaded(world, "Name\nAnn\n")
    await again(world, stopped, "cancel")

    assert kinds(await facts(world, job))[-3:] == ["ended", "undo_started", "undone"]
    assert (await facts(world, job))[-1]["data"]["undone"]["archived"] == 2
    assert kinds(await facts(world, stopped))[-1] == "cancelled"


async def test_nothing_of_what_stands_in_the_file_is_told(world: World) -> None:
    content = "Name,Email\nAnn Secret,ann@secret.example\nBob Secret,nowhere\n"
    job = await imported(world, content, DIRECTOR, name="secret.csv")

    assert "secret" not in str(await facts(world, job)).lower()
