"""What customers order: lines, totals, who took it on which visit; the short way of a sale at the counter."""
