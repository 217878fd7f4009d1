"""What are the building blocks? Plain values and helpers without a table.

- interval: a half-open span of time
- lifecycle: the states of a booking and the ways between them
- action_labels: what the things are called that can be done to a booking
- errors: what can go wrong with a booking
- constraints: builders of the database's constraints and indexes
- transactions: the outermost transaction of a write; database errors become domain errors
- sql: plain SQL with named parameters
- formatting: dates and times for people
- holiday_calendars: which countries' public holidays are known
"""
