"""What each figure of a basis is, served beside it."""

from shared.reporting.figures import Meanings

DEFINITIONS: Meanings = {
    "figure": ("What the method said of the target's period and aim when the target was set; frozen.", None),
    "target": ("What the target was set to, in the organisation's currency.", None),
    "share": ("Target", "Figure"),
    "then": ("The same figure as of the same instant, with what was told since.", None),
    "now": ("The same figure as things stand now.", None),
    "difference": ("The figure looked at again minus the frozen one.", None),
}
