"""What runs the site: it knows no booking.

- environment: readers of settings
- database: what a command says of a database that it cannot use
- embedded: the embedded PostgreSQL
- postgresql: the database engine, which never waits for long
- migrating: migrations beside others who migrate and book
- preflight: what must hold before a real site serves
- web_server, web_instance, web_process: the web server as a child process, one instance of it, what runs inside it
- reloading: a new instance answers before the old one stops
- web_errors: why a web server cannot serve
- proxies: what is believed of the proxies in front
- logs, log_settings, access_log: what the log says
- processes: what the operating system says about a process
- file_locks: locks that die with their process
"""
