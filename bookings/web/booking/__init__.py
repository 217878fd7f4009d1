"""`/booking`.

- page: the view
- form, slot_form, time_form, choices: what is filled in, and what is offered there
- form_group: forms that a page shows and takes as one
- form_result: what is said about a form that took no time
- directory: who can be chosen
- free_times, time_picker, picker_state: the free times beside the form
- lists: what waits, today, and all bookings
"""
