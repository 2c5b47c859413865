"""In which territory a deal lies."""
