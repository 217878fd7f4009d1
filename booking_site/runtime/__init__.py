"""What runs the site: it knows no booking.

- environment: readers of settings
- database: what a command says of a database that it cannot use
- embedded: the embedded PostgreSQL
- web_server: the web server as a child process
- processes: what the operating system says about a process
- file_locks: locks that die with their process
"""
