"""The Django admin, for those who run the practice. The apps register their models with these bases.

Who may do what; Django's own permission rows and groups play no part:

| | desk (`is_staff`) | admin (superuser) |
|---|---|---|
| bookings | see, book, book as an exception, reschedule, change their state | the same |
| patients, clients | see, search, add | change, link to a login |
| doctors, coaches, hours, time off | see, search | add, change |
| services | see, search | add, change, delete |
| users, API tokens | - | users: add, change; tokens: see, add, revoke |

Little is ever deleted: a token by revoking it, a service that no booking names, a row of somebody's hours. A booking is
cancelled, a provider, a user or a service made inactive. What a booking allows `bookings.access.permissions`
says, which the writers ask. A login that is only linked to a person cannot enter.

- bookings, form, actions: bookings: their pages, the form that books and reschedules, the actions on selected ones
- people: providers with their hours, and attendees
- services: what can be booked by name
- users, tokens: logins and API tokens, for admins only
- roles: who may open what, and the base of every model's admin
- lists: what keeps lists fast, however large the table is
- select: choosing a person by search
"""

from bookings.admin.bookings import BookingAdmin
from bookings.admin.people import AttendeeAdmin, ExtraHoursInline, HoursInline, ProviderAdmin, TimeOffInline
from bookings.admin.services import ServiceAdmin
from bookings.admin.tokens import TokenAdmin
from bookings.admin.users import UserAdmin

__all__ = [
    "AttendeeAdmin",
    "BookingAdmin",
    "ExtraHoursInline",
    "HoursInline",
    "ProviderAdmin",
    "ServiceAdmin",
    "TimeOffInline",
    "TokenAdmin",
    "UserAdmin",
]
