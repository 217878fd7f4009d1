"""What runs the site: its settings, its log, its database and its web server. It knows no booking.

Settings and log:
- environment: readers of settings, from the environment and `.env`
- log_settings: Django's LOGGING
- logs: what a log line looks like, and what is cut from it
- access_log: the middleware that gives each request an id and a line in the log
- proxies: what the site believes of the proxies in front of it

Database:
- postgresql: the Django database engine, which gives up early on a silent server
- embedded: the embedded PostgreSQL: its files, its process, its own database engine
- database: what a command says of a database that it cannot use
- migrating: migrations beside a running site, and one process at a time

Web server, from the command to the worker:
- preflight: what must hold before a real site serves
- web_server: the site's listening socket, and the record by which `stop` finds what serves on it
- reloading: the supervisor that starts a new instance beside the old one at SIGHUP
- web_instance: one instance, a process group with its master and workers, seen from the parent
- web_process: what runs inside that instance: granian
- web_errors: why a web server cannot serve

Operating system:
- processes: what it says about a process
- file_locks: locks that end with the process that holds them
"""
