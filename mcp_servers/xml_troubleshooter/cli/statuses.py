"""The exit statuses of the commands."""

DONE, FAULTS, FAILED, INTERRUPTED = 0, 1, 2, 130
