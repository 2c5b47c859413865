"""The same change for many deals at once, each judged for itself."""
