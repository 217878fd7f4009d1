"""One booking.

- page: the page of one booking, as far as its reader may know it
- action_page, action_forms: the actions that one button does
- reschedule_page, reschedule_form, times_to_move_to: moving a booking
"""
