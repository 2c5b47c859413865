"""What each figure of past forecasts is, in words, served beside it."""

from shared.reporting.figures import Meanings

METHODS: dict[str, str] = {
    "weighted": "Closed in the period by then, plus amount times probability of the open deals that were to "
    "close in it.",
    "commit": "Closed in the period by then, plus the open deals in commit.",
    "most_likely": "Closed in the period by then, plus the open deals in most likely and commit.",
    "best_case": "Closed in the period by then, plus the open deals in best case, most likely and commit.",
    "last_period": "What the last period of this kind brought that was over by then.",
    "same_period_last_year": "What the same period a year before brought.",
    "predicted": "What the prediction says of the beginning of the period, walking through the past from "
    "what was known then: the model beside baselines, by what each was worth in the spans that had ended "
    "before; nothing where fewer than three had. Of all deals only, for who sees all.",
    "submitted": "The number last handed in by that instant for just this period, of the same member or team "
    "or of all. Not shown where nobody handed in.",
    "model": "The model of the prediction alone.",
    "same_months_of_last_quarter": "What the same months of the quarter before brought.",
}
MEANINGS: Meanings = {
    "forecast": ("What the method would have said at that instant, from what had been told by then", None),
    "actual": ("Amount of the deals won in the period, as known now, in the organisation's currency", None),
    "error": ("Actual minus forecast: positive when more came than foretold", "Actual"),
    "accuracy": ("Actual minus what the forecast was off, at least 0; the mean over the periods", "Actual"),
    "wape": ("Sum of what the forecasts were off, without sign, over the periods", "Sum of actual"),
    "bias": ("Sum of forecast minus actual: positive when too much was foretold", "Sum of actual"),
    "then": (
        "Whether anything had been told by that instant. Of a past that was imported later the open deals "
        "are not known as they were: only methods that rest on closed deals are reckoned, from what is "
        "known now",
        None,
    ),
    "brier": (
        "Sum of (probability of the stage - outcome) squared, outcome 1 for won and 0 for lost, of the deals "
        "open at the beginning of each period whatever their expected close; 0 is perfect",
        "Such deals that are decided by now",
    ),
    "brier_of_share": ("The same when every deal had been given the share that was won", "Such deals"),
    "coverage": (
        "80 % ranges that held what came, from p10 to p90 by the blend and the spread of then",
        "Such ranges; null below three",
    ),
    "predictions": (
        "Spans of one, two and three whole months within the periods, foretold at their beginning from what "
        "was known then. Each method by the spans of which it says something: `last_period` is the same "
        "number of months just before, `weighted` the open deals expected to close in the span. What came "
        "is of when the span was walked; it is walked anew when more than 2 % of closings were told late",
        None,
    ),
    "chances": (
        "Brier score and reliability of the chances of the deals open at the beginning of each span to be "
        "won in it; a deal not won in it counts 0",
        "Such deals",
    ),
    "undecided": ("Such deals that are open still: left out of the other figures", None),
}
