"""Signing in, tokens, rate limits."""
