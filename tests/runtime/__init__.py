"""Settings, commands, processes, migrations, seeding, and what holds for the whole project."""
