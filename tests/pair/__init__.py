"""Two small departments of the tests' own: alpha notes things and says so, beta hears it and keeps count."""
