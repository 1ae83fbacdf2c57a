"""The API under `/api/v1`: one table of routes per department."""
