"""When somebody is open and free, and what is offered."""
