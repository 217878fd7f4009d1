"""When can somebody be booked? Rules become openings, openings less busy times become slots. It only reads.

An instant is open if and only if its wall time in the provider's zone lies in the hours: in a weekly interval that
began on a valid date, and not on a public holiday that closes it; or in extra hours; and in no time off. So both passes
of a repeated hour are open, and a skipped time does not exist.

Plain Python, no database:

- rules: a provider's rules as values
- openings: from rules to open spans
- wall_time: from wall time to instants
- holidays: public holidays
- grid: from open and free spans to starts

With the database:

- loading: a provider's rules read in one statement
- free_time: what providers have free, busy times subtracted by PostgreSQL
- booking_limits: so many a day, so many ahead
- terms: whose limits apply to a look-up
- slot_query: what is asked, and what a slot is
- slots: what can be booked, of one provider or of all
"""
