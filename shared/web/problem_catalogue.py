"""The one list of error codes of the API: status, title, and what a caller can do about it.

Must never break: a published code keeps its status and its meaning. Add entries; do not change them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemType:
    """`meaning` says when it happens and what to do; `retry_after` (s) is sent as Retry-After when set."""

    status: int
    title: str
    meaning: str
    retry_after: int | None = None


_P = ProblemType
_READ_AGAIN = "Read it again and repeat the change with the new ETag."

_REQUEST = {
    "bad_request": _P(400, "Bad request", "The request could not be read."),
    "malformed_json": _P(400, "Malformed JSON", "The body is not valid UTF-8 JSON; the pointer is the byte."),
    "invalid_parameter": _P(400, "Invalid parameter", "A path, query or header value cannot be read."),
    "unknown_parameter": _P(
        400, "Unknown parameter", "The query parameter does not exist here; see `allowed`."
    ),
    "unknown_operator": _P(400, "Unknown operator", "The filter operator does not exist for this field."),
    "invalid_cursor": _P(
        400, "Invalid cursor", "The cursor is not ours or belongs to another filter or sort."
    ),
    "idempotency_key_invalid": _P(
        400, "Invalid idempotency key", "1 to 255 visible characters are accepted."
    ),
    "not_found": _P(404, "Not found", "There is no such thing, or not for this caller."),
    "method_not_allowed": _P(405, "Method not allowed", "See the Allow header."),
    "body_too_large": _P(413, "Body too large", "Send less at once; `limit_bytes` is what is accepted here."),
    "unsupported_media_type": _P(415, "Unsupported media type", "Send `Content-Type: application/json`."),
    "validation_failed": _P(422, "Validation failed", "One or more fields are wrong; see `errors`."),
}

_CALLER = {
    "unauthenticated": _P(401, "Not signed in", "Send a bearer token or an API key."),
    "invalid_credentials": _P(401, "Wrong credentials", "The name and the password or secret do not fit."),
    "token_invalid": _P(401, "Invalid token", "The token is not ours or was changed."),
    "token_expired": _P(401, "Expired token", "Get a new token, for instance with the refresh token."),
    "forbidden": _P(403, "Not allowed", "The role of the caller does not include this permission."),
    "rate_limited": _P(429, "Too many requests", "Wait for Retry-After seconds.", retry_after=1),
}

_CONCURRENCY = {
    "version_conflict": _P(
        412, "Changed meanwhile", f"The same field was changed; see `conflict`. {_READ_AGAIN}"
    ),
    "precondition_required": _P(428, "If-Match required", "Send the ETag you read as If-Match."),
    "idempotency_key_reused": _P(
        422, "Key used for another request", "The key was used with another body; use a new key."
    ),
    "idempotency_in_progress": _P(
        409, "Still running", "The first request with this key has not ended; repeat it later.", retry_after=1
    ),
    "duplicate": _P(409, "Already exists", "Another record holds the same unique value."),
    "external_id_taken": _P(409, "External id taken", "Another record holds this external id."),
}

_OUTAGE = {
    "internal_error": _P(500, "Internal error", "Our fault. Quote `trace_id`; repeating may work."),
    "organisation_unknown": _P(
        503, "Not set up yet", "The organisation's settings have not arrived here; repeat.", retry_after=1
    ),
    "upstream_invalid": _P(
        502, "Bad answer inside", "A service behind the front answered something unreadable."
    ),
    "temporarily_unavailable": _P(503, "Temporarily unavailable", "Repeat after Retry-After.", retry_after=1),
    "overloaded": _P(503, "Overloaded", "Too much at once; repeat after Retry-After.", retry_after=1),
    "upstream_unavailable": _P(503, "Part unavailable", "A service behind the front is down.", retry_after=2),
    "upstream_timeout": _P(504, "Part too slow", "A service behind the front did not answer in time."),
    "deadline_exceeded": _P(504, "Too slow", "The deadline sent with the request passed."),
}

_THINGS = [
    "absence",
    "account",
    "activity",
    "adjustment",
    "alert",
    "api_key",
    "approval",
    "audience",
    "basis",
    "category",
    "category_rule",
    "comment",
    "competitor",
    "contact",
    "deal",
    "deal_competitor",
    "deal_contact",
    "deal_field",
    "do_not_pursue",
    "document",
    "duplicate",
    "duplicate_policy",
    "gap_rule",
    "gate",
    "help_request",
    "import",
    "inquiry",
    "intervention",
    "issue",
    "kpi",
    "lead",
    "lead_tactic",
    "leaderboard",
    "loss_reason",
    "market_growth",
    "market_report",
    "matching_rule",
    "member",
    "merge",
    "model",
    "need",
    "need_tag",
    "nurture_plan",
    "objection",
    "order",
    "partner",
    "pipeline",
    "pipeline_change",
    "pipeline_version",
    "prediction",
    "product",
    "queue",
    "quota",
    "receipt",
    "risk",
    "role",
    "routing_rule",
    "scan",
    "scenario",
    "score_rule",
    "segment",
    "seller",
    "snapshot",
    "source_idea",
    "submission",
    "suggestion",
    "target",
    "team",
    "team_member",
    "territory",
    "territory_version",
    "training",
    "web_form",
    "webhook",
]
_MISSING = {
    f"{thing}_not_found": _P(404, f"No such {thing.replace('_', ' ')}", "Not there, or not for this caller.")
    for thing in _THINGS
}

_RULES = {
    "stage_not_found": _P(422, "No such stage", "The pipeline has no stage of this name or id."),
    "stage_unknown": _P(422, "No such stage", "The pipeline has no stage of this name or id."),
    "reference_unknown": _P(
        422, "Unknown reference", "A referenced record does not exist or is not known here yet."
    ),
    "rate_missing": _P(422, "No exchange rate", "No rate for this currency on this day; record one."),
    "insufficient_history": _P(
        422, "Not enough history", "There are too few finished cases to compute this."
    ),
    "lead_already_converted": _P(409, "Already converted", "The lead has become a deal or contact."),
    "lead_not_open": _P(409, "Lead is closed", "The lead is disqualified or converted."),
    "lead_not_qualified": _P(409, "Lead is not qualified", "Qualify the lead first."),
    "no_draft": _P(409, "No draft", "Make a draft by POST /v1/territory-versions and edit it."),
    "already_claimed": _P(409, "Already claimed", "Somebody else was faster; take another lead."),
    "at_capacity": _P(
        409, "At capacity", "Give it to somebody else, or say why (`reason`, `override_reason`)."
    ),
    "lead_leased": _P(409, "Somebody looks at it", "Try again after `leased_until`, or take another lead."),
    "lead_queued": _P(409, "Lead waits in a queue", "Claim the lead first."),
    "not_claimed": _P(409, "Not claimed", "Only who holds or has claimed a lead can release it."),
    "no_eligible_owner": _P(409, "Nobody to assign to", "There is no active rep in the caller's reach."),
    "deal_not_open": _P(409, "Deal is closed", "The deal was won or lost; reopen it first."),
    "deal_already_open": _P(409, "Deal is open", "Only a closed deal can be reopened."),
    "deal_already_won": _P(409, "Deal is won", "The deal was already won."),
    "deal_already_lost": _P(409, "Deal is lost", "The deal was already lost."),
    "reason_unknown": _P(422, "No such reason", "Give one of `reasons`; see /v1/loss-reasons."),
    "field_in_use": _P(
        409, "Field is in use", "Deals have values of it, or a gate asks for it; see `detail`."
    ),
    "stage_in_use": _P(409, "Stage is in use", "Name in `moves` where its open deals go; see `in_use`."),
    "pipeline_in_use": _P(
        409, "Pipeline is in use", "Retire it by POST /v1/pipelines/{id}/retire with a target for its deals."
    ),
    "gates_unmet": _P(409, "Gates not met", "The stage asks for more; see `errors` for each unmet gate."),
    "issue_open": _P(
        409,
        "Open already",
        "An issue about the same is open or watched; see GET /v1/issues?status=in:open,watching.",
    ),
    "approval_pending": _P(
        409, "Asked for already", "An approval for this gate waits; see GET /v1/approvals."
    ),
    "already_on_team": _P(409, "On the team already", "PATCH the role or the access of the member."),
    "already_on_deal": _P(409, "On the deal already", "It is part of the deal; PATCH it there."),
    "cannot_see_deal": _P(422, "Does not see the deal", "Take the member into the deal's team first."),
    "spelling_taken": _P(409, "Another one's spelling", "See `competitor_id`; merge the two competitors."),
    "outside_limits": _P(
        422, "Outside the limits", "A manager has limited the amount; see `least_amount`, `most_amount`."
    ),
    "not_on_team": _P(422, "Not on the team", "Take the member into the deal's team first."),
    "split_held": _P(409, "Has a share", "Give the member's share of the deal to others first."),
    "period_invalid": _P(400, "Invalid period", "Use 2027-Q1, 2027-03, 2027-W09, 2027, or from and to."),
    "period_over": _P(409, "Period is over", "What is over is not foretold any more; name a later period."),
    "submission_locked": _P(409, "Locked", "The deadline has passed; a director may unlock it."),
    "prediction_under_way": _P(
        409, "Another run", "A run as of another instant is under way; repeat it later.", retry_after=10
    ),
    "currency_mismatch": _P(422, "Different currencies", "Amounts of different currencies cannot be added."),
    "record_archived": _P(409, "Archived", "The record is put away; restore it first."),
    "record_merged": _P(409, "Merged into another", "It is part of `merged_into` now; change that one."),
    "merge_conflict": _P(409, "Cannot be merged", "These records cannot become one; `detail` says why."),
    "merge_not_undoable": _P(409, "Cannot be undone", "What happened since stands against it; see `detail`."),
    "duplicate_found": _P(
        409, "Looks like another record", "See `duplicates`; use one of them, or send `allow_duplicate=true`."
    ),
    "import_state": _P(409, "Not in this state", "The import's status does not allow this; see `detail`."),
    "import_too_large": _P(413, "File too large", "Up to 50 MiB and 200,000 rows are taken; split the file."),
    "file_unreadable": _P(422, "File not readable", "Send a CSV or XLSX file; see `detail`."),
    "state_conflict": _P(409, "Not in this state", "The record's state does not allow this."),
}

_LEAD_RULES = {
    "category_unknown": _P(422, "No such category", "Name an active category; see GET /v1/lead-categories."),
    "need_tag_unknown": _P(422, "No such need tag", "Name active tags; see GET /v1/need-tags."),
    "segment_unknown": _P(422, "No such segment", "Name an active segment; see GET /v1/segments."),
    "suggestion_decided": _P(
        409, "Decided before", "It was accepted or rejected; see `status` and `lead_id`."
    ),
    "idea_state": _P(409, "Not in this state", "The idea's `status` does not allow this step; see `detail`."),
    "expression_invalid": _P(
        422,
        "Expression cannot be used",
        "Correct it at `line` and `column`; see GET /v1/expressions/variables, /v1/gates/variables.",
    ),
}

_ORGANISATION = {
    "email_taken": _P(409, "E-mail address taken", "Another member has this e-mail address."),
    "name_taken": _P(409, "Name taken", "Another record has this name."),
    "last_admin": _P(409, "Last admin", "Somebody must be able to govern; make another admin first."),
    "team_not_empty": _P(409, "Team is not empty", "Move its members and the teams below it first."),
    "team_closed": _P(422, "Team is closed", "Name an active team."),
    "team_cycle": _P(422, "Team below itself", "A team cannot be moved below one of its own."),
    "too_many_keys": _P(409, "Too many keys", "Two keys may be open at once; revoke one first."),
    "base_currency_fixed": _P(
        409, "Base currency is fixed", "There are exchange rates to it, so it cannot be changed."
    ),
    "invitation_invalid": _P(
        410, "Invitation is over", "It was used, replaced or is over; ask for a new one."
    ),
    "confirmation_over": _P(
        410, "Too late to confirm", "The link was good for a limited time; fill in the form again."
    ),
    "position_expired": _P(
        410, "Position too old", "Events after it are no longer kept; load everything anew."
    ),
}

_TIME = {
    "channel_not_found": _P(404, "No such channel", "Not there; see the list of channels."),
    "partner_program_not_found": _P(404, "No such programme", "Not there; see /v1/partner-programs."),
    "campaign_not_found": _P(404, "No such campaign", "Not there; see the list of campaigns."),
    "reminder_rule_not_found": _P(404, "No such reminder rule", "Not there; see the list of rules."),
    "policy_not_found": _P(404, "No such policy", "Not there; see the list of policies."),
    "holidays_unknown": _P(
        422, "Holidays unknown", "Nothing is known of this country or region; name the days."
    ),
    "hours_out_of_order": _P(422, "Hours out of order", "Hours start before they end, from 00:00 to 24:00."),
    "hours_overlap": _P(422, "Hours overlap", "Hours of one day may not overlap; join them."),
    "never_open": _P(422, "Never open", "There are no hours on any day of the week; name some."),
}

PROBLEMS: dict[str, ProblemType] = {
    **_REQUEST,
    **_CALLER,
    **_CONCURRENCY,
    **_OUTAGE,
    **_MISSING,
    **_RULES,
    **_LEAD_RULES,
    **_ORGANISATION,
    **_TIME,
}
