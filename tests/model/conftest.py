"""The scripted clients of the loop's tests serve the model's as well."""

from tests.loop.conftest import engine, judge, order, proposal, run, schema

__all__ = ["engine", "judge", "order", "proposal", "run", "schema"]
