import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.contracts.errors import DomainError
from shared.web.merge import MergePatch, absent, check_or_merge, next_field_versions, require_version

CURRENT = {"name": "Ann", "phone": "1", "city": "Bonn"}
FIELD_VERSIONS = {"name": 3, "phone": 5}


def merge(changes: dict[str, object], seen: int, base: dict[str, object] | None = None) -> dict[str, object]:
    return check_or_merge(
        changes, current=CURRENT, version=5, field_versions=FIELD_VERSIONS, seen_version=seen, base=base
    )


def test_an_edit_of_the_newest_version_is_taken() -> None:
    assert merge({"name": "Eve", "phone": "2"}, seen=5) == {"name": "Eve", "phone": "2"}


def test_an_edit_of_a_field_nobody_else_changed_merges() -> None:
    assert merge({"name": "Eve", "city": "Ulm"}, seen=3) == {"name": "Eve", "city": "Ulm"}


def test_an_edit_of_a_field_changed_meanwhile_conflicts_with_base_theirs_and_yours() -> None:
    with pytest.raises(DomainError) as refused:
        merge({"name": "Eve", "phone": "2"}, seen=4, base={"phone": "0"})

    assert refused.value.code == "version_conflict"
    assert refused.value.extra["conflict"] == {"phone": {"base": "0", "theirs": "1", "yours": "2"}}
    assert [error.pointer for error in refused.value.errors] == ["/phone"]


def test_a_base_that_is_not_known_is_null() -> None:
    with pytest.raises(DomainError) as refused:
        merge({"phone": "2"}, seen=4)

    assert refused.value.extra["conflict"] == {"phone": {"base": None, "theirs": "1", "yours": "2"}}


def test_the_same_value_written_by_both_is_no_conflict_and_no_change() -> None:
    assert merge({"phone": "1"}, seen=1) == {}


def test_a_version_that_does_not_exist_yet_conflicts() -> None:
    with pytest.raises(DomainError) as refused:
        merge({"city": "Ulm"}, seen=6)

    assert refused.value.code == "version_conflict"


def test_clearing_a_field_with_null_is_a_change() -> None:
    assert merge({"phone": None}, seen=5) == {"phone": None}


FIELDS = st.sampled_from(["a", "b", "c"])
EDITS = st.lists(
    st.tuples(st.dictionaries(FIELDS, st.integers(0, 3), min_size=1), st.integers(0, 3)), max_size=12
)


@given(EDITS)
def test_no_edit_overwrites_a_value_its_author_had_not_seen(edits: list[tuple[dict[str, int], int]]) -> None:
    history = [{"a": 0, "b": 0, "c": 0}]
    field_versions: dict[str, int] = {}
    for changes, behind in edits:
        version = len(history)
        seen = max(1, version - behind)
        current, base = history[-1], history[seen - 1]
        try:
            made = check_or_merge(
                changes,
                current=current,
                version=version,
                field_versions=field_versions,
                seen_version=seen,
                base=base,
            )
        except DomainError:
            continue
        written = {name for older, newer in zip(history[seen - 1 :], history[seen:], strict=False)
                   for name in newer if newer[name] != older[name]}  # fmt: skip
        assert not written & made.keys()
        if made:
            history.append({**current, **made})
            field_versions = next_field_versions(field_versions, made, version + 1)


def test_a_state_change_needs_exactly_the_version_that_was_read() -> None:
    require_version(4, 4)

    with pytest.raises(DomainError):
        require_version(5, 4)


class PersonPatch(MergePatch):
    name: str = absent()
    phone: str | None = absent()


def test_absent_and_null_are_different() -> None:
    assert PersonPatch.model_validate({}).changes() == {}
    assert PersonPatch.model_validate({"phone": None}).changes() == {"phone": None}


def test_null_is_refused_where_a_value_is_needed() -> None:
    with pytest.raises(ValidationError):
        PersonPatch.model_validate({"name": None})


def test_a_patch_refuses_unknown_fields() -> None:
    with pytest.raises(ValidationError):
        PersonPatch.model_validate({"nmae": "x"})


def test_the_default_of_an_absent_field_is_not_in_the_schema() -> None:
    assert "default" not in PersonPatch.model_json_schema()["properties"]["name"]
