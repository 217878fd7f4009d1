"""What runs the site: its settings, its log, its database and its web server. Of `bookings` it imports `core` alone.

Settings and log:
- environment: readers of settings, from the environment and `.env`
- log_settings: Django's LOGGING
- logs: the form of log lines, and what is removed from them
- access_log: the middleware that gives each request an id and a line in the log
- proxies: which proxies in front of the site are trusted

Database:
- postgresql: the Django database engine, which gives up early on a silent server
- embedded: the embedded PostgreSQL: its files, its process, its own database engine
- database: the message of a command that cannot use the database
- migrating: migrations beside a running site, and one process at a time

Web server, from the command to the worker:
- preflight: the checks before a real site serves
- web_server: the site's listening socket, and the record by which `stop` finds its processes
- reloading: the supervisor that starts a new instance beside the old one at SIGHUP
- web_instance: one instance, a process group with its master and workers, seen from the parent
- web_process: the code inside that instance: granian
- web_errors: the errors of the web server

Operating system:
- processes: what the system says about a process
- file_locks: locks that end with the process that holds them
"""
