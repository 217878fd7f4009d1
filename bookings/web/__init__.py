"""What do people see? The pages: one view and template with and without HTMX, which gets the partial alone.

- booking: `/booking`, the free times, the form and the lists
- detail: one booking, and what can be done to it
- hours: a provider's hours
- answers: how pages answer, and how they report failures
- action_buttons: what can be done to a booking
- kinds: the names of one kind of booking
- rows: a booking as its readers see it
- paging: pages of a list
- fields: inputs of days and times of day
- slot_value: a free time as the value of a button
- wall_time, zones: telling equal wall times apart, and the zone in which a reader sees times
- context: what every page's frame needs
- urls: the URLs of all pages
"""
