"""The project: settings, URLs, commands that need both apps, seeding, and in `runtime` what runs the site."""
