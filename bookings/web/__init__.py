"""What do people see? The pages: one view and template with and without HTMX, which gets the partial alone.

- booking: `/booking`, the free times, the form and the lists
- detail: one booking, and what can be done to it
- hours: a provider's hours
- answers: how pages answer, and what they say of failures
- action_buttons: what can be done to a booking
- kinds: the names of one kind of booking
- rows: a booking as its readers see it
- paging: pages of a list
- slot_value: a free time as the value of a button
- wall_time, zones: equal wall times told apart, and in which zone somebody reads
- context: what every page's frame needs
- urls: all of it
"""
