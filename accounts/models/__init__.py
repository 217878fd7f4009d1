"""Who signs in, and what is counted of them.

- users: `User`, a login, and `Token`, an API token
- sessions: `LoginSession`, a sign-in session
- rate_counters: `RateCounter`, how often a caller did something
"""

from accounts.models.rate_counters import RateCounter
from accounts.models.sessions import LoginSession
from accounts.models.users import Token, User

__all__ = ["LoginSession", "RateCounter", "Token", "User"]
