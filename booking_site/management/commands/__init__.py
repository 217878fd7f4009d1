"""The commands of `manage.py`.

- run, serve: run the site, to try it or for real
- webserver: the web server that both start; not for use by hand
- stop: end what a killed run left behind
- deploy: make database and static files fit the code
- seed: example data
- expire, purge: for a timer: cancel what nobody approved in time, delete what is out of date
- token: make, list and revoke API tokens
- reset_mfa: for somebody who has lost the second factor
"""
