"""One kind of booking: sessions of clients with coaches. The rules are in `bookings`.

This is not `bookings.schedule`, which says for every kind when somebody can be booked.

- models: the tables; a session stores its length, from which its end follows
- serializers: the fields of a request
- urls: its part of the API
- admin: its pages in the admin
"""
