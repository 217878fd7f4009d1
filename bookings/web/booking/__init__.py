"""`/booking`.

- page: the view
- form, slot_form, time_form, choices: the form, and what its fields offer
- form_group: several forms that a page shows and validates as one
- form_result: the result of a form that booked or moved nothing
- directory: the people to choose from
- free_times, time_picker, picker_state: the free times beside the form
- lists: what waits, today, and all bookings
"""
