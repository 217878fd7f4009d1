"""One booking.

- page: everything about it that its reader may know
- action_page, action_forms: what is done to it with one button
- reschedule_page, reschedule_form: moving it
"""
