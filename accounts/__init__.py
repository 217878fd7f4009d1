"""Who is calling: logins, API tokens, sign-in sessions, the pages of signing in, second factor, rate limits.

It imports nothing of ours. What it must ask about the people behind a login it asks through `people`. Of bookings it
has one name: a token may be narrowed to one kind (`Token.kind`, the name of a model).

- models: `User`, `Token`, `LoginSession`, `RateCounter`
- logins: to whom an address belongs, how a login signs in, how its sessions end
- people: the interface that `bookings` fills
- demo: what is different in demo mode
- tokens: issuing API tokens, and recording their use
- sessions: the session engine
- rate_limits: how often somebody may do something
- paths: patterns of paths, with and without a slash
- adapters, forms, views, urls: the pages of signing in, by allauth
- second_factor, factors: two factors for the desk and admins
- backend: who may sign in by password, and whose session still counts
- mail: the mails of signing in
- errors: raised before it is known who is calling
"""
