"""When can somebody be booked? Rules become openings, openings less busy times become slots. It only reads.

An instant is open if and only if its wall time in the provider's zone lies in the hours: in a weekly interval that
began on a valid date, and not on a public holiday that closes it; or in extra hours; and in no time off. So both passes
of a repeated hour are open, and a skipped time does not exist.

This is not the app `scheduling`, which holds the tables of coaches and their sessions.

Without Django:

- rules: a provider's rules as values
- openings: from rules to open spans
- wall_time: from wall time to instants
- holidays: the dates on which a country's holidays close weekly hours
- grid: from open and free spans to starts

Values and checks, without a query:

- terms: minimum notice, horizon, length and slot grid, and to whom they apply
- slot_query: the parameters of a search for free slots, and its result

With the database:

- loading: a provider's rules read in one statement
- free_time: what providers have free, busy times subtracted by PostgreSQL
- booking_limits: so many a day, so many ahead
- slots: the search for free slots, of one provider or of all
"""
