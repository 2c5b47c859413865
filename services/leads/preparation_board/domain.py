"""The steps by which a lead is prepared before there is a deal, and when it stands in which."""

from typing import Literal, get_args

from shared.reporting.figures import Meanings

Step = Literal["obtained", "segmented", "nurtured", "distributed", "targeted", "worked", "qualified"]
STEPS: tuple[Step, ...] = get_args(Step)
MEANINGS: Meanings = {
    "leads": ("Open leads whose last step reached is this one.", None),
    "obtained": ("Came in; nothing of what follows.", None),
    "segmented": ("Has a category or a segment.", None),
    "nurtured": ("Goes through a nurture plan.", None),
    "distributed": ("Has an owner.", None),
    "targeted": ("Has an owner, and it is said what it should bring (`expected_value`).", None),
    "worked": ("Somebody has been in touch with it.", None),
    "qualified": ("Is qualified, and counts in what is expected of leads.", None),
}
