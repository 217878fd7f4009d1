"""Signing in: allauth's flows with our words, our limits and our rules (ADRs 6 and 7)."""
