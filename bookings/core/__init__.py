"""What are the building blocks? Values, errors and helpers without a table, and the transaction of a write.

- interval: a half-open span of time
- lifecycle: the states of a booking and its transitions
- action_labels: the words for what can be done to a booking
- errors: what can go wrong with a booking
- constraints: builders of the database's constraints and indexes
- transactions: the outermost transaction of a write; database errors become domain errors
- unavailable, failures: which errors mean "not now", and their causes for the log
- current_request: the request that log lines name
- sql: plain SQL with named parameters
- formatting: dates and times for people
- keyset: pages of a list
- url_ids: public ids in paths
- holiday_calendars: which countries' public holidays are known
"""
