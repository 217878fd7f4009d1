"""One kind of booking: appointments of patients with doctors. The rules are in `bookings`.

- models: the tables
- serializers: the fields of a request
- urls: its part of the API
- admin: its pages in the admin
"""
