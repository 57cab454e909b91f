"""The HTTP face: the application, and the ways to serve it."""

from gateway.faces.rest.app import build_app
from gateway.faces.rest.server import GRACE_SECONDS, RunningServer, serve, start_server

__all__ = ["GRACE_SECONDS", "RunningServer", "build_app", "serve", "start_server"]
