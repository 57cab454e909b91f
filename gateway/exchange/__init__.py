"""Asking registries: every attempt is allowed, signed, durable before it leaves, and durable before it is read."""

from gateway.exchange.exchanger import Exchanger
from gateway.exchange.line import Line
from gateway.exchange.question import CaseContext

__all__ = ["CaseContext", "Exchanger", "Line"]
