"""What `manage.py seed` makes: the two services' people, the demo's logins, and as many bookings as asked for."""
