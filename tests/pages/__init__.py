"""The pages, by Django's client and in a real browser."""
