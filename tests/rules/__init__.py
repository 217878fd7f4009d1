"""The rules of booking: writers, constraints, lifecycle, history."""
