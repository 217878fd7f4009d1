"""Who may do what?

- actor: who acts, from the request's login or token
- permissions: what an actor may do to what, for API, pages and admin
- people: what accounts ask about the people behind a login
"""
