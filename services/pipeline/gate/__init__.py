"""Gates: what a deal must have before it enters or leaves a stage, is won or is lost."""
