"""Bodies and answers of scoring."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.leads.lead.schemas import LeadFields
from services.leads.record.schemas import Strict
from services.leads.score_model.grading import GradeBy
from services.leads.score_rule.schemas import PointsOut
from shared.contracts.events.leads_lead import ScoreState
from shared.reporting.schemas import DefinitionOut

Probability = Annotated[float, Field(ge=0, le=1)]


class Train(Strict):
    """Nothing is asked."""


class Cuts(Strict):
    """One number for each grade but the last."""

    A: Annotated[float, Field(gt=0, lt=1)]
    B: Annotated[float, Field(gt=0, lt=1)]
    C: Annotated[float, Field(gt=0, lt=1)]


class GradingIn(Strict):
    """`share`: so much of the outcomes learned from has the grade or a better one (`{"A": 0.2, "B": 0.5, "C":
    0.8}`); `score`: the least score of the grade (`{"A": 0.7, "B": 0.4, "C": 0.2}`). The rest is D."""

    grade_by: GradeBy
    grades: Cuts


class GradingOut(BaseModel):
    """The setting; `least_scores`: what it comes to with the model in service, null without one."""

    version: int
    grade_by: GradeBy
    grades: dict[str, float]
    least_scores: dict[str, float] | None
    updated_at: datetime


class TrainingOut(BaseModel):
    """A training. `version`: the model it made, once it is done; `error`: why it failed."""

    id: UUID
    status: Literal["queued", "running", "done", "failed"]
    requested_at: datetime
    requested_by: str | None
    started_at: datetime | None
    finished_at: datetime | None
    attempts: int
    version: int | None
    error: str | None


class SampleSize(BaseModel):
    """How many won and lost leads were learned from."""

    positive: int
    negative: int


class Split(BaseModel):
    """`train_until`: when the last lead of the earlier part came up."""

    train_until: datetime
    train_n: int
    test_n: int


class ReliabilityBin(BaseModel):
    """Test leads scored `from` up to `to`: how many, their mean score, the share that was won."""

    from_: Annotated[float, Field(alias="from")]
    to: float
    leads: int
    predicted: float | None
    observed: float | None


class Figures(BaseModel):
    """AUC is null unless the test has won and lost leads."""

    auc: float | None
    brier: float
    log_loss: float


class Rival(BaseModel):
    """The new model and the one that was in service, on leads neither has learned from."""

    leads: int
    in_service: Figures
    new: Figures


class ModelOut(BaseModel):
    """A model and what it is worth. Figures are null with too little history."""

    version: int | None
    state: ScoreState
    active: bool
    trained_at: datetime | None
    sample_size: SampleSize
    auc: float | None = None
    brier: float | None = None
    baseline_brier: float | None = None
    log_loss: float | None = None
    reliability: list[ReliabilityBin] | None = None
    compared_with: dict[str, Figures] | None = None
    split: Split | None = None
    compared_with_model_in_service: Rival | None = None
    note: str


class InputAnswer(BaseModel):
    """One answer: its weight in log-odds, and how many of the outcomes gave it and were won."""

    answer: str
    log_odds: float
    leads: int
    won: int


class InputOut(BaseModel):
    """One thing the model looks at. `spread`: how much it moves scores, in log-odds."""

    input: str
    label: str
    spread: float
    answers: list[InputAnswer]


class ModelInService(ModelOut):
    """The model in service, what it looks at (the weightiest 50), and the newest training if another."""

    inputs: list[InputOut] = []
    grades: dict[str, float] | None = None
    newest: ModelOut | None = None
    definitions: dict[str, str]


class Models(BaseModel):
    """The newest 200 models, newest first."""

    items: list[ModelOut]


class Reason(BaseModel):
    """`log_odds`: what it adds. Of those learned from, `leads` gave this answer, `won` of them were won."""

    input: str
    words: str
    answer: str
    log_odds: float
    leads: int
    won: int
    won_share: float | None


class ProbabilityExplained(BaseModel):
    """`now`: of the lead as it is now; `average_lead`: where every lead starts, the reasons are added."""

    model_version: int
    now: Probability
    average_lead: Probability
    reasons_for: list[Reason]
    reasons_against: list[Reason]


class ScoreStep(BaseModel):
    """How the lead was scored from this moment on."""

    at: datetime
    model_version: int | None
    score: Probability | None
    grade: str | None
    fit_points: int | None
    engagement_points: int | None


class ScoreOut(BaseModel):
    """The two parts of a lead's score, never mixed: the learned probability, and the points of rules."""

    lead_id: UUID
    score: Probability | None
    score_state: ScoreState
    grade: str | None
    scored_at: datetime | None
    model_version: int | None
    probability: ProbabilityExplained | None
    fit: PointsOut
    engagement: PointsOut
    history: list[ScoreStep]


class ProductScore(BaseModel):
    """How likely it is with one product. `leads` that ended were interested in it, `won` of them were won;
    below `enough` of them the state is `insufficient_history` and nothing is said."""

    product: str
    product_id: UUID | None
    own_interest: bool
    score: Probability | None
    state: Literal["insufficient_history", "ok"]
    leads: int
    won: int
    won_share: Probability | None


class ProductScores(BaseModel):
    """The likeliest product first. Without a model every score is null."""

    lead_id: UUID
    model_version: int | None
    score_state: ScoreState
    enough: int
    items: list[ProductScore]
    definitions: dict[str, DefinitionOut]


class Simulate(LeadFields):
    """A lead that is not there."""


class Simulated(BaseModel):
    """How it would be scored, with every reason."""

    score: Probability | None
    score_state: ScoreState
    grade: str | None
    probability: ProbabilityExplained | None
