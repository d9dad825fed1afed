"""The Model Context Protocol server over stdio. Everything heavy is imported when a tool is first called."""

from .app import create_server
from .process import serve

__all__ = ["create_server", "serve"]
