"""Failed tries that no longer count."""

from services.gateway.sign_in.repository import purge as forget_old_failures

__all__ = ["forget_old_failures"]
