"""The logins of demo mode, known to everybody: `seed` makes them there and nowhere else."""

DEMO_PASSWORD = "demo-password"  # noqa: S105  public on purpose
DEMO_LOGINS = [  # role, e-mail, password
    (role, f"{role}@example.com", DEMO_PASSWORD) for role in ("admin", "desk", "doctor", "patient", "coach", "client")
]
