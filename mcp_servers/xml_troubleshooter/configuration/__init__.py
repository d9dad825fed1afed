"""What a project says in its configuration file."""
