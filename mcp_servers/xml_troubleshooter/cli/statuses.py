"""The exit statuses of the commands: one table, which --help shows."""

DONE, FAULTS, FAILED, INTERRUPTED = 0, 1, 2, 130
TABLE = """exit status:
  0    valid, well-formed or fixed; or no fault that counts (--fail-on, --baseline, --ignore)
  1    faults remain (with --fail-on warning: or warnings)
  2    a file, a --schema or the command itself could not do its work
  130  interrupted"""
