"""The Django admin, for those who run the practice. The apps register their models with these bases.

Who may do what, as DESIGN has it; Django's own permission rows and groups play no part:

| | desk (`is_staff`) | admin (superuser) |
|---|---|---|
| bookings | see, book, book as an exception, reschedule, change their state | the same |
| patients, clients | see, search, add | change, link to a login |
| doctors, coaches, hours, time off | see, search | add, change |
| users, API tokens | - | users: add, change; tokens: see, add, revoke |

Nobody deletes but a token, by revoking it: a booking is cancelled, a provider or a user made inactive. What a booking
allows is `bookings.policy`'s to say, which the writers ask; a login that is only linked to a person has no business
here at all.
"""

from bookings.admin.bookings import BookingAdmin
from bookings.admin.people import AttendeeAdmin, HoursInline, ProviderAdmin, TimeOffInline
from bookings.admin.tokens import TokenAdmin
from bookings.admin.users import UserAdmin

__all__ = [
    "AttendeeAdmin",
    "BookingAdmin",
    "HoursInline",
    "ProviderAdmin",
    "TimeOffInline",
    "TokenAdmin",
    "UserAdmin",
]
