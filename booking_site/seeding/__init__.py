"""What `manage.py seed` makes: people and services, the demo's logins, and as many bookings as asked for."""
