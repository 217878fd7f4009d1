"""The project: what needs both apps, and what runs the site.

- settings, urls, wsgi: Django's settings, every URL, the entry of the web server
- management: the commands
- runtime: what runs the site: database, web server, log
- seeding: what `manage.py seed` makes
- demo: the example calls that `manage.py run` prints
- errors, headers: error answers, and headers of every answer
- checks: system checks of the settings
- admin: the admin's name, sign-in and sign-out
"""
