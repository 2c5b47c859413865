"""What if: risks played through on the forecast and the plan, kept and named."""
