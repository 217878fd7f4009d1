"""Real processes that compete."""
