"""Alembic's entry; everything is in `services.chassis.migrate`."""
from services.chassis.migrate import run_online

run_online()
