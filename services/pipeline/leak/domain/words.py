"""A finding as a manager would say it."""

from services.pipeline.leak.domain.comparison import Against, Finding
from services.pipeline.leak.domain.counts import By, Measure

_WHOSE: dict[By, str] = {
    "all": "deals",
    "team": "deals of the team {}",
    "owner": "deals of the rep {}",
    "source": "deals from the source {}",
    "product": "deals of the product {}",
    "category": "deals forecast as {}",
}
_HAPPENS: dict[Measure, str] = {"lost": "are lost", "stuck": "stay too long"}
_COUNTED: dict[Measure, str] = {
    "lost": "{bad} of the {of} that left it ({share})",
    "stuck": "{bad} of {of} ({share})",
}


def said(finding: Finding, *, stage: str, label: str | None, limit_days: float | None, worth: str) -> str:
    """One to three sentences. `label`: what the part is called; `worth`: what the excess is worth."""
    found = finding.comparison
    whose = _WHOSE[found.cut.by].format(f"“{label}”")
    more = {"earlier": "more often than earlier", "rest": f"more often than {_others(found.cut.by)}"}
    now = _COUNTED[found.measure].format(bad=found.now.bad, of=found.now.of, share=percent(found.now.share))
    before: dict[Against, str] = {"earlier": "earlier it was", "rest": "of the others it was"}
    happens = _HAPPENS[found.measure]
    if found.measure == "stuck" and limit_days is not None:
        happens = f"stay for more than {limit_days:g} days"
    sentences = [
        f"In “{stage}” {whose} {happens} {more[found.against]}: {now}, "
        f"{before[found.against]} {percent(found.reference.share)}.",
        f"That is about {_deals(round(found.excess))} too many{worth}.",
    ]
    if finding.since is not None:
        sentences.append(f"It began in {finding.since:%Y-%m}.")
    return " ".join(sentences)


def percent(share: float) -> str:
    """`23 %`."""
    return f"{share * 100:.0f} %"


def _deals(count: int) -> str:
    return "1 deal" if count == 1 else f"{count} deals"


def _others(by: By) -> str:
    return "those of the rest of the team" if by == "owner" else "the others"
