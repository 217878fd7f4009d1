"""The tests, by what they test; each folder says it in a line."""
