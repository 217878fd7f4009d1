"""Who signs in, and what is counted of them."""

from accounts.models.rate_counters import RateCounter
from accounts.models.sessions import LoginSession
from accounts.models.users import Token, User

__all__ = ["LoginSession", "RateCounter", "Token", "User"]
