"""The records behind ids: their types, the credentials, and the client of the platform's API."""
