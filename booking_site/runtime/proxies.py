"""Which proxies in front of the site are trusted; examples for nginx and Caddy are in `deploy`."""

from django.conf import settings


def describe_trust() -> str:
    """One line that says whose forwarding headers are trusted."""
    count: int = settings.TRUSTED_PROXIES
    if count == 0:
        return (
            "Trusts no proxy: X-Forwarded-Proto and X-Forwarded-For count for nothing. "
            "Behind one set TRUSTED_PROXIES=1, or every page redirects to itself."
        )
    proxies, whose = ("1 proxy", "its") if count == 1 else (f"{count} proxies", "their")
    return f"Trusts {proxies} in front: {whose} X-Forwarded-Proto and X-Forwarded-For count."
