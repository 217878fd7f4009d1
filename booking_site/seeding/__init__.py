"""What `manage.py seed` makes: people and services, the demo's logins, and as many bookings as asked for.

- people: the first people and services of both kinds, and the demo's logins
- example: invented people with bookings, as many as asked for
- filling: invented hours of a provider, and bookings that follow them
- progress: the progress on the terminal
"""
