"""The example calls that `manage.py run` prints."""

EXAMPLES = {
    "sessions": '{"session": {"coach_hash_id": "123", "client_hash_id": "456",'
    ' "start": "2022-12-01T14:30:00Z", "duration": 60}}',
    "appointments": '{"appointment": {"doctor_id": 1, "patient_id": 1,'
    ' "start_at": "2026-12-01T10:00:00+07:00", "end_at": "2026-12-01T11:00:00+07:00"}}',
}


def example_calls(port: int) -> list[str]:
    """A booking of each kind as a curl command, ready to paste."""
    return [
        f"curl -i -X POST http://localhost:{port}/api/v1/{name} -H 'Content-Type: application/json' -d '{body}'"
        for name, body in EXAMPLES.items()
    ]
